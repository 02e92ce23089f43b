/** Overlays on the trees that they were made for. */
import type { DeviceTree } from '../devicetree/model.ts'
import { applyOverlay } from '../devicetree/overlay/apply-overlay.ts'
import { atValue, inFile, type Report } from '../diagnostics/diagnostic.ts'
import type { FileReference } from '../model/system-model.ts'
import type { HostTree } from './host-tree.ts'

export interface ReadOverlay extends HostTree {
  readonly reference: FileReference
}

/** The tree that overlays are laid over, for people: its file, and where the manifest names one. */
export interface OverlaidFile {
  readonly path: string
  readonly key: string
}

/** `tree`, which is that of `base` with earlier overlays, with one more; without it after reporting REF-018. */
export function withOverlay(tree: DeviceTree, overlay: ReadOverlay, base: OverlaidFile, report: Report): DeviceTree {
  const { path, pointer } = overlay.reference
  const related = [{ at: atValue(pointer), message: `${path} is named here` }]
  if (!isOverlay(overlay.tree)) {
    const message = `${path} is not an overlay: none of its nodes has an __overlay__`
    const help = `name a .dtbo, or a source with /plugin/; a whole tree belongs in ${base.key}`
    report('REF-018', { at: inFile(path), message, help, related })
    return tree
  }
  const applied = applyOverlay(tree, overlay.tree)
  if (applied.ok) return applied.value
  const help = `check that it was made for ${base.path}, and that no earlier overlay is missing`
  for (const problem of applied.problems)
    report('REF-018', {
      at: problem.at ?? inFile(path),
      message: `${path} does not fit ${base.path}: ${problem.message}`,
      help: problem.help ?? help,
      related,
    })
  return tree
}

/** Whether `tree` is made to be laid over another one. */
export const isOverlay = ({ root }: DeviceTree): boolean =>
  root.children.some(({ children }) => children.some(({ name }) => name === '__overlay__'))
