/** Devices that Xen itself drives, and gives to no domain. */
import { IOMMU_DRIVERS } from '../../../xen/iommu.ts'
import type { XenView } from '../view.ts'
import { drivenConsole } from './console.ts'
import { drivenIn } from './iommu.ts'
import { readProperty, stringList } from './property.ts'
import { everyNode, isAvailable, type ScannedNode } from './scan.ts'

/** Whether Xen has a driver for the node as an IOMMU (drivers/passthrough/arm). */
export const isIommu = ({ node }: ScannedNode): boolean =>
  stringList(readProperty(node, 'compatible')).some((compatible) => Object.hasOwn(IOMMU_DRIVERS, compatible))

/** Xen's console and the IOMMUs. Xen takes their interrupts too. */
export function usedByXen(view: XenView): readonly ScannedNode[] {
  const console = drivenConsole(view)
  const iommus = new Set(drivenIn(view.root).filter(isAvailable))
  return everyNode(view.root).filter((node) => node === console || iommus.has(node))
}
