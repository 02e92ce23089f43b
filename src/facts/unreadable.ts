/** What is said about files that cannot be read. */
import { atValue, type Report } from '../diagnostics/diagnostic.ts'
import type { FileReference } from '../model/system-model.ts'
import type { Unreadable } from './disk.ts'
import type { InputList } from './inputs.ts'

const REMEDIES: Readonly<Record<Unreadable['why'], string>> = {
  missing:
    'build or copy the file first; paths are relative to the folder of the file that names them, then to each --root',
  'not a file': 'name a file',
  refused: 'make it readable for the user who runs the build',
  'too large': 'name the right file',
}

/** One finding for a file, at the first place that names it; `references` are all of them. */
export function reportUnreadable(
  references: readonly FileReference[],
  file: Unreadable,
  inputs: InputList,
  report: Report,
): undefined {
  const [first, ...others] = references
  if (!first) return
  const near = file.why === 'missing' ? inputs.otherCase.find(first) : undefined
  report(file.why === 'not a file' ? 'REF-011' : 'REF-010', {
    at: atValue(first.pointer),
    message: `${first.path} ${file.reason}${near === undefined ? '' : `, but ${near} does`}`,
    help: near === undefined ? REMEDIES[file.why] : writeInstead(near),
    related: others.map(({ pointer }) => ({ at: atValue(pointer), message: 'also named here' })),
  })
}

/** What to do where only the case of letters is wrong. */
export const writeInstead = (near: string): string => `write '${near}': upper and lower case are different letters`

/** A file without content, wherever one is expected. */
export const reportEmpty = ({ path, pointer }: FileReference, report: Report): void =>
  report('REF-012', {
    at: atValue(pointer),
    message: `${path} is empty`,
    help: 'build the file again: an empty file is usually left by a failed step',
  })
