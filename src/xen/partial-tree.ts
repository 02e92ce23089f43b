/** What Xen does with the partial device tree of a domain (common/device-tree/dom0less-build.c; docs/misc/arm/passthrough.txt). */
import { isAtLeast, type Release } from './releases.ts'

/** Phandle of the interrupt controller that Xen and xl make for a guest (xen/include/public/device_tree_defs.h: GUEST_PHANDLE_GIC). */
export const GIC_PHANDLE = 65000

/** Properties that Xen reads below `/passthrough` and does not copy: what is mapped where, the host's node, and leave to do without an IOMMU. */
export const PASSTHROUGH_PROPERTIES = ['xen,reg', 'xen,path', 'xen,force-assign-without-iommu'] as const

/** Names of the nodes right below the root of a partial tree that Xen looks at, in lower case; it ignores case, and a name with a unit address is another one. */
export const PARTIAL_TREE_NODES: ReadonlySet<string> = new Set(['gic', 'aliases', 'passthrough'])

/** From this release on Xen gives its own nodes phandles between those of the partial tree and that of the interrupt controller. */
const COUNTS_PHANDLES_SINCE: Release = '4.22'

/** Highest phandle that a partial tree may have; `undefined`: no limit. */
export const highestPhandle = (release: Release): number | undefined =>
  isAtLeast(release, COUNTS_PHANDLES_SINCE) ? GIC_PHANDLE - 2 : undefined
