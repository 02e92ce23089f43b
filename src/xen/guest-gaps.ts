/** Where shared memory and devices may lie in a guest that Xen lays out. */
import { type GuestPhys, guestPhys } from '../units/quantities.ts'
import { type Range, rangeBetween } from '../units/range.ts'
import { isAtLeast, type Release } from './releases.ts'

const between = (base: bigint, limit: bigint): Range<GuestPhys> => rangeBetween(guestPhys(base), guestPhys(limit))

/**
 * Gaps of Xen's guest layout (xen/include/public/arch-arm.h, `GUEST_*`; 4.17 to 4.22), best first: those below 4 GiB, which every guest can
 * address, then the one between the banks of RAM. RAM never grows into any of them.
 */
export const GUEST_GAPS: readonly Range<GuestPhys>[] = [
  between(0x3a00_0000n, 0x4000_0000n),
  between(0x3300_0000n, 0x3800_0000n),
  between(0x0410_0000n, 0x1000_0000n),
  between(0x1_0000_0000n, 0x2_0000_0000n),
]

/**
 * Whether the extended regions that Xen offers an enhanced guest leave out its shared memory, so that this may lie past its RAM. Before 4.19 Xen
 * offers all that is left of the banks (arch/arm/domain_build.c: find_domU_holes, remove_shm_holes_for_domU).
 */
export const extendedRegionsKeepClear = (release: Release): boolean => isAtLeast(release, '4.19')

/** Whether they also leave out what `xen,reg` maps (find_domU_holes, find_memory_holes: xen_reg_assigned). */
export const extendedRegionsKnowDevices = (release: Release): boolean => isAtLeast(release, '4.21')
