/** The guest-physical address map of a guest that Xen or xl lays out (every domain without `direct-map`). */
import { bytes, type GuestPhys, guestPhys } from '../units/quantities.ts'
import { type Range, range } from '../units/range.ts'

/**
 * The banks that a guest's RAM may fill, lowest first: 3 GiB from 1 GiB on, then 1016 GiB from 8 GiB on. Both Xen and libxl fill
 * the first before they touch the second. Source: `GUEST_RAM_BANK_BASES`, `GUEST_RAM_BANK_SIZES` in xen/include/public/arch-arm.h,
 * unchanged from 4.17 to 4.22.
 */
export const GUEST_RAM: readonly Range<GuestPhys>[] = [
  range(guestPhys(0x4000_0000n), bytes(0xc000_0000n)),
  range(guestPhys(0x2_0000_0000n), bytes(0xfe_0000_0000n)),
]
