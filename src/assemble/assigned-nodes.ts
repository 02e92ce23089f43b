/**
 * Host devices that partial trees, or `dtdev` of xl's configurations, give to domains: the domain that has the rest of the hardware must leave them alone.
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
import { isHardwareDomain } from '../model/system-model.ts'
import { assignedPaths } from '../passthrough/partial-tree.ts'
import type { SystemPlan } from '../plan/system-plan.ts'

/** Keeps dom0 and the hardware domain from a node (docs/misc/arm/passthrough.txt). */
const MARK = 'xen,passthrough'

/**
 * Nodes below the root that lead to those which `xen,path` or `dtdev` names, with `xen,passthrough` where the board's tree does not say it already. None
 * where no domain has the rest of the hardware: then nothing reads it.
 */
export function assignedNodes(plan: SystemPlan): readonly DtNode[] {
  const { board, dom0, dom0less } = plan
  const hasOwner = dom0 || dom0less.some(({ domain }) => isHardwareDomain(domain))
  if (!hasOwner) return []
  const hostPaths = new Map(
    [...walk(board.tree.root)].map(({ node: host, path }) => [path.toLowerCase(), { host, path }]),
  )
  const seen = new Set<string>()
  let marked = node('', {})
  for (const { path, origin } of [...byPartialTree(dom0less), ...byXl(plan)]) {
    const found = hostPaths.get(path.toLowerCase())
    if (!found || seen.has(found.path) || found.path === '/' || propertyNamed(found.host, MARK)) continue
    seen.add(found.path)
    marked = mergeNode(marked, chain(found.path, origin))
  }
  return marked.children
}

interface Assigned {
  readonly path: string
  readonly origin: Origin
}

const byPartialTree = (domains: SystemPlan['dom0less']): readonly Assigned[] =>
  domains.flatMap(({ partialTree }) =>
    partialTree
      ? assignedPaths(partialTree.source.tree).map((path) => ({ path, origin: atValue(partialTree.pointer) }))
      : [],
  )

/** What `dtdev` names; the domain has it while dom0 must not (iommu_assign_dt_device). */
const byXl = ({ xl }: SystemPlan): readonly Assigned[] =>
  xl.flatMap(({ domain }) =>
    domain['extra-xl'].flatMap(({ name, value, pointer }) =>
      name === 'dtdev' && typeof value === 'object' ? value.map((path) => ({ path, origin: atValue(pointer) })) : [],
    ),
  )

/** A root with nothing but the way to the node at `path`, which has the mark. */
function chain(path: string, origin: Origin): DtNode {
  const names = path.slice(1).split('/')
  const last = node(names.at(-1) ?? '', { properties: [property(MARK, [], origin)] }, origin)
  const first = names.slice(0, -1).reduceRight((below, name) => node(name, { children: [below] }), last)
  return node('', { children: [first] })
}
