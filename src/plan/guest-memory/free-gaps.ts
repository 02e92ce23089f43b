/** Where regions may lie in a guest that Xen lays out. */
import type { Dom0lessDomain } from '../../model/system-model.ts'
import { alignUp, type GuestPhys, MiB, times } from '../../units/quantities.ts'
import { end, type Range, rangeBetween, subtract } from '../../units/range.ts'
import { GUEST_RAM } from '../../xen/address-map.ts'
import { extendedRegionsKeepClear, GUEST_GAPS } from '../../xen/guest-gaps.ts'
import type { Release } from '../../xen/releases.ts'

/**
 * Free places, best first: the gaps of Xen's layout; then what a guest's RAM leaves of its banks, from the next 2 MiB on, unless Xen gives
 * that to the guest for other things. Without what is `taken`: by devices, and whatever the guest's partial tree names.
 */
export function guestSpace(
  domain: Dom0lessDomain,
  ram: readonly Range<GuestPhys>[],
  taken: readonly Range<GuestPhys>[],
  release: Release,
): readonly Range<GuestPhys>[] {
  const hasExtendedRegions = domain.enhanced !== 'disabled' && !extendedRegionsKeepClear(release)
  const places = [...GUEST_GAPS, ...(hasExtendedRegions ? [] : GUEST_RAM.flatMap((bank) => pastRam(bank, ram)))]
  return places.flatMap((place) => subtract([place], taken))
}

function pastRam(bank: Range<GuestPhys>, ram: readonly Range<GuestPhys>[]): readonly Range<GuestPhys>[] {
  const filled = ram.find(({ base }) => base === bank.base)
  const from = filled ? alignUp(end(filled), times(2, MiB)) : bank.base
  return from < end(bank) ? [rangeBetween(from, end(bank))] : []
}
