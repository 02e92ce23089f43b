/** Files whose largest size the manifest declares, so that they may appear after domforge has run. */
import { atValue, type Report } from '../diagnostics/diagnostic.ts'
import type { DeclaredSize, FileReference } from '../model/system-model.ts'
import { formatSize } from '../units/format.ts'
import type { Bytes } from '../units/quantities.ts'
import type { FileFacts } from './facts.ts'
import type { InputList } from './inputs.ts'
import { writeInstead } from './unreadable.ts'

/** The size that is declared for one file, at whichever place names it; REF-025 where two places disagree. */
export function declaredSize(sameFile: readonly FileReference[], report: Report): DeclaredSize | undefined {
  const [first, ...others] = sameFile.flatMap(({ declared }) => declared ?? [])
  for (const other of others)
    if (first && other.size !== first.size)
      report('REF-025', {
        at: atValue(other.pointer),
        message: `${sameFile[0]?.path} is declared with ${formatSize(other.size)} here, and with ${formatSize(first.size)} elsewhere`,
        help: 'give the same size in both places',
        related: [{ at: atValue(first.pointer), message: `${formatSize(first.size)} is declared here` }],
      })
  return first
}

const AWAITED = 'build again when it exists to have it checked; the boot script accepts any file that is not larger'

/** Facts about a file that is not there yet; says so once. */
export function awaited(
  [first, ...others]: readonly [FileReference, ...FileReference[]],
  declared: DeclaredSize,
  inputs: InputList,
  report: Report,
): FileFacts {
  const near = inputs.otherCase.find(first)
  report('REF-023', {
    at: atValue(first.pointer),
    message: `${first.path} does not exist yet${near === undefined ? '' : ` (but ${near} does)`}: room for ${formatSize(declared.size)} is reserved, and its contents are not checked`,
    help: near === undefined ? AWAITED : `if that is the file, ${writeInstead(near)}`,
    related: others.map(({ pointer }) => ({ at: atValue(pointer), message: 'also named here' })),
  })
  return { path: first.path, size: declared.size, format: { kind: 'missing' }, declared }
}

/** REF-024 for a file that is larger than declared. */
export function checkFits({ path, size, declared }: FileFacts, report: Report): void {
  if (declared && size > declared.size) reportTooLarge(path, 'has', size, declared, report)
}

/**
 * REF-024 for a Xen that needs more memory than declared, or another place than one that was chosen without looking at it. `booti` moves
 * such an image.
 */
export function checkXenFits({ path, size, format, declared }: FileFacts, report: Report): void {
  if (!declared || format.kind !== 'arm64-image' || size > declared.size) return
  if (format.imageSize > declared.size)
    reportTooLarge(path, 'needs, by its header,', format.imageSize, declared, report)
  if (format.imageSize === 0n || format.textOffset !== 0n || !format.anywhere)
    report('REF-024', {
      at: atValue(declared.pointer),
      message: `${path} needs a fixed address, as its header says, but its address was chosen from the declared size`,
      help: 'remove the declared size',
    })
}

function reportTooLarge(path: string, verb: string, size: Bytes, declared: DeclaredSize, report: Report): void {
  report('REF-024', {
    at: atValue(declared.pointer),
    message: `${path} ${verb} ${formatSize(size)}, more than the declared ${formatSize(declared.size)}`,
    help: 'declare a larger size: files after this one may move',
  })
}
