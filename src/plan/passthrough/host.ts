/** The machine that devices are taken from. */
import type { TreeIndex } from '../../devicetree/readings/tree-index.ts'
import type { Board } from '../../facts/facts.ts'
import type { XenIommus } from '../../iommu/xen-iommus.ts'

/** Its tree as it was read, and what Xen does with its IOMMUs. */
export interface Host {
  readonly index: TreeIndex
  readonly board: Board
  readonly iommus: XenIommus
}
