/**
 * Host devices that partial trees give to domains: the domain that has the rest of the hardware must leave them alone.
 *
 *     soc {
 *             ethernet@a001000 {
 *                     xen,passthrough;
 *             };
 *     };
 */
import { node, property } from '../devicetree/build.ts'
import { mergeNode } from '../devicetree/edit.ts'
import { type DtNode, propertyNamed, walk } from '../devicetree/model.ts'
import { atValue, type Origin } from '../diagnostics/diagnostic.ts'
import { assignedPaths } from '../passthrough/partial-tree.ts'
import type { SystemPlan } from '../plan/system-plan.ts'

/** Keeps dom0 and the hardware domain from a node (docs/misc/arm/passthrough.txt). */
const MARK = 'xen,passthrough'

/**
 * Nodes below the root that lead to those which `xen,path` names, with `xen,passthrough` where the board's tree does not say it already. None
 * where no domain has the rest of the hardware: then nothing reads it.
 */
export function assignedNodes({ board, dom0, dom0less }: SystemPlan): readonly DtNode[] {
  const hasOwner = dom0 || dom0less.some(({ domain }) => domain.capabilities?.includes('hardware'))
  if (!hasOwner) return []
  const hostPaths = new Map(
    [...walk(board.tree.root)].map(({ node: host, path }) => [path.toLowerCase(), { host, path }]),
  )
  const seen = new Set<string>()
  let marked = node('', {})
  for (const { partialTree } of dom0less) {
    if (!partialTree) continue
    for (const wanted of assignedPaths(partialTree.source.tree)) {
      const found = hostPaths.get(wanted.toLowerCase())
      if (!found || seen.has(found.path) || found.path === '/' || propertyNamed(found.host, MARK)) continue
      seen.add(found.path)
      marked = mergeNode(marked, chain(found.path, atValue(partialTree.reference.pointer)))
    }
  }
  return marked.children
}

/** A root with nothing but the way to the node at `path`, which has the mark. */
function chain(path: string, origin: Origin): DtNode {
  const names = path.slice(1).split('/')
  const last = node(names.at(-1) ?? '', { properties: [property(MARK, [], origin)] }, origin)
  const first = names.slice(0, -1).reduceRight((below, name) => node(name, { children: [below] }), last)
  return node('', { children: [first] })
}
