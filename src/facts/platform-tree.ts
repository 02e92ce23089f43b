/** The platform's tree as the system uses it: with its overlays, and with nodes enabled. */
import type { DeviceTree } from '../devicetree/model.ts'
import { applyOverlay } from '../devicetree/overlay/apply-overlay.ts'
import { atValue, inFile, type Report } from '../diagnostics/diagnostic.ts'
import type { FileReference, Platform } from '../model/system-model.ts'
import { type HostTree, readTree } from './host-tree.ts'
import type { InputList } from './inputs.ts'
import { withNodesEnabled } from './node-status.ts'

/** A tree as the system uses it. */
export interface PlatformTree extends HostTree {
  /** What was laid over it, in this order. */
  readonly overlays: readonly ReadOverlay[]
}

export interface ReadOverlay extends HostTree {
  readonly reference: FileReference
}

/** `undefined` after reporting that there is no tree to begin with. A change that cannot be made is reported and left out. */
export function readPlatformTree(platform: Platform, inputs: InputList, report: Report): PlatformTree | undefined {
  const hasOverlays = platform.overlays.length > 0
  const host = readTree(platform['device-tree'], { role: 'platform', symbols: hasOverlays }, inputs, report)
  const overlays = platform.overlays.flatMap((reference) => {
    const overlay = readTree(reference, { role: 'overlay', symbols: true }, inputs, report)
    return overlay ? [{ reference, ...overlay }] : []
  })
  if (!host) return undefined
  const overlaid = overlays.reduce((tree, overlay) => withOverlay(tree, overlay, platform, report), host.tree)
  const tree = withNodesEnabled(overlaid, platform, report)
  return { ...(tree === host.tree ? host : { tree }), overlays }
}

function withOverlay(tree: DeviceTree, overlay: ReadOverlay, platform: Platform, report: Report): DeviceTree {
  const { path, pointer } = overlay.reference
  const related = [{ at: atValue(pointer), message: `${path} is named here` }]
  if (!isOverlay(overlay.tree)) {
    const message = `${path} is not an overlay: none of its nodes has an __overlay__`
    const help = 'name a .dtbo, or a source with /plugin/; a whole tree belongs in platform.device-tree'
    report('REF-018', { at: inFile(path), message, help, related })
    return tree
  }
  const applied = applyOverlay(tree, overlay.tree)
  if (applied.ok) return applied.value
  const help = `check that it was made for ${platform['device-tree'].path}, and that no earlier overlay is missing`
  for (const problem of applied.problems)
    report('REF-018', {
      at: problem.at ?? inFile(path),
      message: `${path} does not fit ${platform['device-tree'].path}: ${problem.message}`,
      help: problem.help ?? help,
      related,
    })
  return tree
}

/** Whether `tree` is made to be laid over another one. */
export const isOverlay = ({ root }: DeviceTree): boolean =>
  root.children.some(({ children }) => children.some(({ name }) => name === '__overlay__'))
