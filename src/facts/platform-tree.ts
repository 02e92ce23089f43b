/** The platform's tree as the system uses it: with its overlays, and with nodes enabled. */
import type { Report } from '../diagnostics/diagnostic.ts'
import type { Platform } from '../model/system-model.ts'
import { type HostTree, readTree } from './host-tree.ts'
import type { InputList } from './inputs.ts'
import { withNodesEnabled } from './node-status.ts'
import { type ReadOverlay, withOverlay } from './overlaid.ts'

/** A tree as the system uses it. */
export interface PlatformTree extends HostTree {
  /** What was laid over it, in this order. */
  readonly overlays: readonly ReadOverlay[]
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
  const base = { path: platform['device-tree'].path, key: 'platform.device-tree' }
  const overlaid = overlays.reduce((tree, overlay) => withOverlay(tree, overlay, base, report), host.tree)
  const tree = withNodesEnabled(overlaid, platform, report)
  return { overlays, ...(tree === host.tree ? host : { tree }) }
}
