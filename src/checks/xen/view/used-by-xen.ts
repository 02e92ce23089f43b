/** Devices that Xen itself drives, and gives to no domain. */
import type { XenView } from '../view.ts'
import { drivenConsole } from './console.ts'
import { iommuNodes } from './iommu.ts'
import { everyNode, isAvailable, type ScannedNode } from './scan.ts'

/** Xen's console and the IOMMUs. Xen takes their interrupts too. */
export function usedByXen(view: XenView): readonly ScannedNode[] {
  const console = drivenConsole(view)
  const iommus = new Set(iommuNodes(view).filter(isAvailable))
  return everyNode(view.root).filter((node) => node === console || iommus.has(node))
}
