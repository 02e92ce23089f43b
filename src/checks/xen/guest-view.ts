/** What a boot-time domain has at which of its addresses. */
import { bytes, type GuestPhys, guestPhys, type HostPhys } from '../../units/quantities.ts'
import { type Range, range } from '../../units/range.ts'
import { GUEST_RAM } from '../../xen/address-map.ts'
import { GRANT_WINDOW, GUEST_REGIONS } from '../../xen/guest-regions.ts'
import type { DomainView } from './view/domains.ts'
import type { XenView } from './view.ts'

export interface NamedGuestRange {
  readonly name: string
  readonly range: Range<GuestPhys>
}

/** Host memory as seen by a guest that has it at the host's addresses. */
export const seenBy = ({ base, size }: Range<HostPhys>): Range<GuestPhys> => range(guestPhys(base), size)

const knowsXen = ({ enhanced }: DomainView): boolean => enhanced !== undefined && enhanced !== 'disabled'

/** RAM, and what is at fixed addresses; of a direct-mapped domain without what depends on the host's devices. */
export function guestRegions(view: XenView, domain: DomainView): readonly NamedGuestRange[] {
  if (domain.directMap) {
    const banks = domain.staticBanks.map((bank) => ({ name: 'RAM', range: seenBy(bank.range) }))
    const gic = view.gic?.reg.map((range) => ({ name: 'the interrupt controller', range: seenBy(range) })) ?? []
    return [...banks, ...gic, ...(knowsXen(domain) ? [{ name: 'grant table window', range: GRANT_WINDOW }] : [])]
  }
  const is = {
    'gic-v2': view.gic?.version === 'v2',
    'gic-v3': view.gic?.version === 'v3',
    vpl011: domain.vpl011,
    enhanced: knowsXen(domain),
    xl: false,
  }
  return [...GUEST_REGIONS.filter(({ only }) => only === undefined || is[only]), ...ramOf(domain)]
}

function ramOf({ memory }: DomainView): readonly NamedGuestRange[] {
  let left = memory ?? bytes(0)
  return GUEST_RAM.flatMap((bank) => {
    const size = left < bank.size ? left : bank.size
    left = bytes(left - size)
    return size > 0n ? [{ name: 'RAM', range: range(bank.base, size) }] : []
  })
}
