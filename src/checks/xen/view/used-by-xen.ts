/** Devices that Xen drives itself, and gives to no domain. */
import { IOMMU_DRIVERS } from '../../../xen/iommu.ts'
import type { XenView } from '../view.ts'
import { drivenConsole } from './console.ts'
import { drivenIn } from './iommu.ts'
import { readProperty, stringList } from './property.ts'
import { everyNode, isAvailable, type ScannedNode } from './scan.ts'

/** Whether one of Xen's drivers for IOMMUs takes the node (drivers/passthrough/arm). */
export const isIommu = ({ node }: ScannedNode): boolean =>
  stringList(readProperty(node, 'compatible')).some((compatible) => Object.hasOwn(IOMMU_DRIVERS, compatible))

/** Its console and the IOMMUs: whose interrupts it takes as well. */
export function usedByXen(view: XenView): readonly ScannedNode[] {
  const console = drivenConsole(view)
  const iommus = new Set(drivenIn(view.root).filter(isAvailable))
  return everyNode(view.root).filter((node) => node === console || iommus.has(node))
}
