/** Enables the nodes that `platform.enable` names. */
import { property, text } from '../devicetree/build.ts'
import { replaceNodeAt, setProperty } from '../devicetree/edit.ts'
import type { DeviceTree } from '../devicetree/model.ts'
import { nearestPath } from '../devicetree/readings/nearest-path.ts'
import { isAvailable } from '../devicetree/readings/node.ts'
import { resolvePath } from '../devicetree/readings/paths.ts'
import { indexTree, type TreeIndex } from '../devicetree/readings/tree-index.ts'
import { atValue, type Report } from '../diagnostics/diagnostic.ts'
import type { NodeReference, Platform } from '../model/system-model.ts'

/** `tree` with the status of each node `okay`; one that is not there is reported. */
export function withNodesEnabled(tree: DeviceTree, platform: Platform, report: Report): DeviceTree {
  if (platform.enable.length === 0) return tree
  const index = indexTree(tree.root)
  let { root } = tree
  for (const reference of platform.enable) {
    const found = resolvePath(index, reference.path)
    if (!found.ok) reportMissing(reference, found.reason, index, report)
    else if (!isAvailable(found.value.place.node)) {
      const origin = atValue(reference.pointer)
      const okay = property('status', [text('okay', origin)], origin)
      root = replaceNodeAt(root, found.value.place.path, (node) => setProperty(node, okay)) ?? root
    }
  }
  return root === tree.root ? tree : { ...tree, root }
}

function reportMissing({ path, pointer }: NodeReference, reason: string, index: TreeIndex, report: Report): void {
  const meant = nearestPath(path, index)
  const help = meant === undefined ? 'name a node of the tree by its full path' : `did you mean '${meant}'?`
  report('REF-019', { at: atValue(pointer), message: `'${path}' cannot be enabled: ${reason}`, help })
}
