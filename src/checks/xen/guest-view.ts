/** What a boot-time domain has at its guest-physical addresses. */
import { bytes, type GuestPhys, guestPhys, type HostPhys } from '../../units/quantities.ts'
import { type Range, range } from '../../units/range.ts'
import { GUEST_RAM } from '../../xen/address-map.ts'
import { GRANT_WINDOW, GUEST_REGIONS } from '../../xen/guest-regions.ts'
import { drivenConsole } from './view/console.ts'
import type { DomainView } from './view/domains.ts'
import { registersOf } from './view/host-registers.ts'
import type { ScannedNode } from './view/scan.ts'
import type { XenView } from './view.ts'

/** A half-open range of guest-physical addresses, and what is there, for messages. */
export interface NamedGuestRange {
  readonly name: string
  readonly range: Range<GuestPhys>
}

/** The guest-physical range of host memory that a guest sees at the host's addresses. */
export const seenBy = ({ base, size }: Range<HostPhys>): Range<GuestPhys> => range(guestPhys(base), size)

/** Whether the tree that Xen makes for a domain has `/hypervisor`. */
export const knowsXen = ({ enhanced }: DomainView): boolean => enhanced !== undefined && enhanced !== 'disabled'

/** RAM, devices that Xen emulates, and windows that it keeps free for something. */
export function guestRegions(view: XenView, domain: DomainView): readonly NamedGuestRange[] {
  if (domain.directMap) return directMappedRegions(view, domain)
  const is = {
    'gic-v2': view.gic?.version === 'v2',
    'gic-v3': view.gic?.version === 'v3',
    vpl011: domain.vpl011,
    enhanced: knowsXen(domain),
    xl: false,
  }
  return [...GUEST_REGIONS.filter(({ only }) => only === undefined || is[only]), ...ramOf(domain)]
}

/** The same of a direct-mapped domain: interrupt controller and console are emulated at the addresses of the host's (arch/arm/vgic-v2.c, vgic-v3.c, vpl011.c: is_domain_direct_mapped). */
function directMappedRegions(view: XenView, domain: DomainView): readonly NamedGuestRange[] {
  const registers = registersOf(view)
  const console = domain.vpl011 ? drivenConsole(view) : undefined
  const at = (name: string, node: ScannedNode | undefined): readonly NamedGuestRange[] =>
    node ? registers.of(node).map((pages) => ({ name, range: seenBy(pages) })) : []
  return [
    ...domain.staticBanks.map((bank) => ({ name: 'RAM', range: seenBy(bank.range) })),
    ...at('the interrupt controller', view.gic?.node),
    ...at('the vPL011 console', console),
    ...(knowsXen(domain) ? [{ name: 'grant table window', range: GRANT_WINDOW }] : []),
  ]
}

/** RAM of a domain that is not direct-mapped: as much of Xen's banks as its memory fills, from their starts on. */
export function ramOf({ memory }: DomainView): readonly NamedGuestRange[] {
  let left = memory ?? bytes(0)
  return GUEST_RAM.flatMap((bank) => {
    const size = left < bank.size ? left : bank.size
    left = bytes(left - size)
    return size > 0n ? [{ name: 'RAM', range: range(bank.base, size) }] : []
  })
}
