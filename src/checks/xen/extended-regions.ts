/** Extended regions: free guest addresses at which a guest may map memory of other domains, as Xen tells it (arch/arm/domain_build.c: make_hypervisor_node). */
import { type GuestPhys, guestPhys, MiB, times } from '../../units/quantities.ts'
import { alignedPart, type Range, rangeBetween, subtract } from '../../units/range.ts'
import { GUEST_RAM } from '../../xen/address-map.ts'
import { GRANT_WINDOW } from '../../xen/guest-regions.ts'
import { SMALLEST_GUEST_SPACE } from '../../xen/static-limits.ts'
import { fileOf } from './files.ts'
import { knowsXen, ramOf, seenBy } from './guest-view.ts'
import { booleanOption } from './view/command-line.ts'
import type { DomainView } from './view/domains.ts'
import { registersOf } from './view/host-registers.ts'
import { whyNoIommu } from './view/iommu.ts'
import type { XenView } from './view.ts'

/** Alignment of extended regions (arch/arm/domain_build.c: find_domU_holes, add_ext_regions; libxl's are the same). */
export const EXTENDED_ALIGNMENT = times(2, MiB)
/** Least size of an extended region (same source). */
export const SMALLEST_EXTENDED = times(64, MiB)

/**
 * Extended regions of a boot-time domain, half-open and ascending, without regard to devices and shared memory that the user has placed. Those of a
 * direct-mapped domain are where the host's tree has nothing. Empty: the domain gets none.
 */
export function extendedRegions(view: XenView, domain: DomainView): readonly Range<GuestPhys>[] {
  if (
    !knowsXen(domain) ||
    !booleanOption(view.commandLine, 'ext_regions', true) ||
    fileOf(view, domain.kernel)?.format.kind === 'zimage'
  )
    return []
  const free = domain.directMap ? freeOnHost(view, domain) : behindRam(domain)
  return free.flatMap((space) => {
    const region = alignedPart(space, EXTENDED_ALIGNMENT)
    return region && region.size >= SMALLEST_EXTENDED ? [region] : []
  })
}

const behindRam = (domain: DomainView): readonly Range<GuestPhys>[] =>
  subtract(
    GUEST_RAM,
    ramOf(domain).map(({ range }) => range),
  )

/** With an IOMMU, addresses of neither RAM nor devices; without one, RAM that nobody has (find_memory_holes, find_host_extended_regions). */
function freeOnHost(view: XenView, domain: DomainView): readonly Range<GuestPhys>[] {
  const ram = view.ram.map(({ range }) => seenBy(range))
  if (whyNoIommu(view) === undefined) {
    const devices = registersOf(view).all.map(({ pages }) => seenBy(pages))
    return subtract([rangeBetween(guestPhys(0n), SMALLEST_GUEST_SPACE)], [...ram, ...devices])
  }
  const taken = view.claims.filter(({ kind }) => RESERVED.has(kind)).map(({ range }) => seenBy(range))
  return subtract(ram, [...taken, ...domain.staticBanks.map((bank) => seenBy(bank.range)), GRANT_WINDOW])
}

const RESERVED: ReadonlySet<string> = new Set([
  'memory reservation',
  'reserved memory',
  'static memory',
  'static heap',
  'shared memory',
])
