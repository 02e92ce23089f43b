/** Which of Xen's drivers takes an IOMMU. */
import type { DtNode } from '../devicetree/model.ts'
import { compatibles } from '../devicetree/readings/node.ts'
import { IOMMU_DRIVERS } from '../xen/iommu.ts'

/** Option of Xen's build that has a driver for it; `undefined`: there is none. */
export const driverOf = (node: DtNode): string | undefined =>
  compatibles(node)
    .map((name) => (Object.hasOwn(IOMMU_DRIVERS, name) ? IOMMU_DRIVERS[name] : undefined))
    .find((option) => option !== undefined)
