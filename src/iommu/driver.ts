/** Which of Xen's drivers takes an IOMMU. */
import type { DtNode } from '../devicetree/model.ts'
import { compatibles } from '../devicetree/readings/node.ts'
import { IOMMU_DRIVEN_SINCE, IOMMU_DRIVERS } from '../xen/iommu.ts'
import { isAtLeast, RELEASES, type Release } from '../xen/releases.ts'

/** Option of Xen's build that has a driver for it in `release`; `undefined`: there is none. */
export const driverOf = (node: DtNode, release: Release): string | undefined =>
  compatibles(node)
    .filter((name) => isAtLeast(release, IOMMU_DRIVEN_SINCE.get(name) ?? RELEASES[0]))
    .map((name) => (Object.hasOwn(IOMMU_DRIVERS, name) ? IOMMU_DRIVERS[name] : undefined))
    .find((option) => option !== undefined)

/** The first release that has a driver for it; `undefined`: there is none. */
export const drivenSince = (node: DtNode): Release | undefined =>
  RELEASES.find((release) => driverOf(node, release) !== undefined)
