/** Xen's IOMMUs (drivers/passthrough/iommu.c: iommu_setup), and what its drivers take. */
import { indexTree } from '../../../devicetree/readings/tree-index.ts'
import { driverOf } from '../../../iommu/driver.ts'
import { XenIommus } from '../../../iommu/xen-iommus.ts'
import type { BootContext } from '../boot-context.ts'
import type { XenView } from '../view.ts'
import { everyNode, type ScannedNode } from './scan.ts'

const known = new WeakMap<BootContext, XenIommus>()

/** Those of the machine, as Xen finds them. */
export function iommusOf({ context, commandLine: { words } }: XenView): XenIommus {
  const before = known.get(context)
  if (before) return before
  const { tree, release, kconfig } = context
  const iommus = new XenIommus(indexTree(tree.root), { release, words, ...(kconfig ? { kconfig } : {}) })
  known.set(context, iommus)
  return iommus
}

/** Why Xen surely uses no IOMMU, as a clause; `undefined`: it does, if the hardware starts. */
export const whyNoIommu = (view: XenView): string | undefined => iommusOf(view).whyNone

/** Whether one of Xen's drivers for IOMMUs takes the node, built in or not. */
export const isIommu = ({ context: { release } }: XenView, { node }: ScannedNode): boolean =>
  driverOf(node, release) !== undefined

const lists = new WeakMap<XenView, readonly ScannedNode[]>()

/** All such nodes of a tree, available or not. */
export function iommuNodes(view: XenView): readonly ScannedNode[] {
  const nodes = lists.get(view) ?? everyNode(view.root).filter((node) => isIommu(view, node))
  lists.set(view, nodes)
  return nodes
}
