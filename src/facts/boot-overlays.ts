/** The platform's overlays as blobs, for U-Boot to apply to a tree that it has in memory. */
import { childNamed, type DtNode, walk } from '../devicetree/model.ts'
import { writeDtb } from '../devicetree/write/write-dtb.ts'
import { atValue, inFile, type Report } from '../diagnostics/diagnostic.ts'
import { type Bytes, bytes } from '../units/quantities.ts'
import type { BootOverlay } from './facts.ts'
import type { ReadOverlay } from './overlaid.ts'

/** Those of `overlays`, in their order, that can be encoded (REF-018 tells of the others). `root`: of the tree with all of them. */
export function bootOverlays(overlays: readonly ReadOverlay[], root: DtNode, report: Report): readonly BootOverlay[] {
  let longest = 0
  for (const { path } of walk(root)) longest = Math.max(longest, path.length)
  return overlays.flatMap((overlay) => {
    const blob = blobOf(overlay, report)
    return blob ? [{ reference: overlay.reference, ...blob, growth: growthBy(overlay, blob.size, bytes(longest)) }] : []
  })
}

function blobOf(
  { reference, tree, blobSize }: ReadOverlay,
  report: Report,
): Pick<BootOverlay, 'size' | 'compiled'> | undefined {
  if (blobSize !== undefined) return { size: blobSize }
  const compiled = writeDtb(tree)
  if (compiled.ok) return { size: bytes(compiled.value.length), compiled: compiled.value }
  for (const problem of compiled.problems)
    report('REF-018', {
      at: problem.at ?? inFile(reference.path),
      message: problem.message,
      help: problem.help ?? 'correct the source',
      related: [{ at: atValue(reference.pointer), message: `${reference.path} is named here` }],
    })
  return undefined
}

/** No node or property is larger in the tree than in the overlay but a label's path, which begins with that of its fragment's target there (libfdt: overlay_symbol_update). */
function growthBy({ tree }: ReadOverlay, size: Bytes, longestPath: Bytes): Bytes {
  const labels = childNamed(tree.root, '__symbols__')?.properties.length ?? 0
  return bytes(size + BigInt(labels) * longestPath)
}
