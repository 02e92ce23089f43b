/** Where a region may lie in a guest that Xen lays out, beside its RAM. */
import { type GuestPhys, guestPhys } from '../units/quantities.ts'
import { type Range, rangeBetween } from '../units/range.ts'
import { isAtLeast, type Release } from './releases.ts'

const between = (base: bigint, limit: bigint): Range<GuestPhys> => rangeBetween(guestPhys(base), guestPhys(limit))

/**
 * Gaps of Xen's guest layout (xen/include/public/arch-arm.h, `GUEST_*`; 4.17 to 4.22), best first: below 4 GiB, where every guest reaches
 * them, and where RAM never grows to. The last one lies between the banks of RAM.
 */
export const GUEST_GAPS: readonly Range<GuestPhys>[] = [
  between(0x3a00_0000n, 0x4000_0000n),
  between(0x3300_0000n, 0x3800_0000n),
  between(0x0410_0000n, 0x1000_0000n),
  between(0x1_0000_0000n, 0x2_0000_0000n),
]

/**
 * From this release on the address space past a guest's RAM is free for regions: before, Xen gave it to enhanced guests as extended
 * regions, whatever lay there (arch/arm/domain_build.c: find_domU_holes, remove_shm_holes_for_domU).
 */
const EXTENDED_REGIONS_KEEP_CLEAR_SINCE: Release = '4.19'

export const extendedRegionsKeepClear = (release: Release): boolean =>
  isAtLeast(release, EXTENDED_REGIONS_KEEP_CLEAR_SINCE)

/** From this release on what `xen,reg` maps is left out of them as well (find_domU_holes, find_memory_holes: xen_reg_assigned). */
const EXTENDED_REGIONS_KNOW_DEVICES_SINCE: Release = '4.21'

export const extendedRegionsKnowDevices = (release: Release): boolean =>
  isAtLeast(release, EXTENDED_REGIONS_KNOW_DEVICES_SINCE)
