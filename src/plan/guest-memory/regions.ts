/** Where each guest sees the regions that it shares. */
import { atKey, type Report } from '../../diagnostics/diagnostic.ts'
import type { Lock } from '../../facts/lock.ts'
import { lookup } from '../../model/lookup.ts'
import type { SharedMemory, SharedMemoryAccess } from '../../model/partition.ts'
import { formatSize } from '../../units/format.ts'
import { alignUp, type GuestPhys, guestPhys, type HostPhys, PAGE } from '../../units/quantities.ts'
import { contains, lowestAligned, overlaps, type Range, range, subtract } from '../../units/range.ts'
import { usualAlignment } from '../host-memory/highest-fit.ts'
import type { PlannedParty, PlannedRegion } from '../links/planned-links.ts'
import { type Placer, place } from '../lock/placer.ts'
import { rangesIn, rangesText, reportMoved } from '../lock/values.ts'
import type { Planned } from '../provenance.ts'

export const guestKey = (region: string, domain: string): string =>
  `shared-memory/${region}/access/${domain}/guest-address`

/** A region with its place on the host. */
export type HostedRegion = Omit<PlannedRegion, 'parties'>

/** How the guest-physical addresses of regions are found for a domain. */
export type GuestLayout =
  /** Its addresses are the host's. */
  | { readonly isDirect: true }
  /** Free places, best first. */
  | { readonly isDirect: false; readonly free: readonly Range<GuestPhys>[] }

/**
 * A place in every participant: the manifest's, then the lock's, then the lowest of the first gap that has room. A participant without room
 * is reported (RES-009) and left out. `layouts` by domain.
 */
export function planRegions(
  regions: readonly HostedRegion[],
  layouts: ReadonlyMap<string, GuestLayout>,
  lock: Lock,
  report: Report,
): readonly PlannedRegion[] {
  const wanted = regions.flatMap((hosted) => hosted.region.access.map((access) => ({ hosted, access })))
  const places = new Map<SharedMemoryAccess, Planned<Range<GuestPhys>>>()
  for (const [domain, layout] of layouts) {
    const own = wantedBy(wanted, domain)
    for (const [access, found] of layout.isDirect ? onHost(own) : inGuest(own, layout.free, lock, report))
      places.set(access, found)
  }
  return regions.map((hosted) => ({
    ...hosted,
    parties: hosted.region.access.flatMap((access): readonly PlannedParty[] => {
      const guest = places.get(access)
      return guest ? [{ access, guest }] : []
    }),
  }))
}

interface Wanted {
  readonly hosted: HostedRegion
  readonly access: SharedMemoryAccess
}

const wantedBy = lookup(({ access }: Wanted) => [access.domain])

type Places = ReadonlyMap<SharedMemoryAccess, Planned<Range<GuestPhys>>>

const onHost = (wanted: readonly Wanted[]): Places =>
  new Map(
    wanted.map(({ hosted, access }) => {
      const given = givenPlace(hosted.region, access)
      const same = range(asGuest(hosted.host.value.base), hosted.region.size)
      return [access, given ?? { value: same, by: 'allocated', reason: `'${access.domain}' is direct-mapped` }]
    }),
  )

/** Of a domain whose addresses are the host's. */
export const asGuest = (address: HostPhys): GuestPhys => guestPhys(BigInt(address))

function givenPlace({ size }: SharedMemory, access: SharedMemoryAccess): Planned<Range<GuestPhys>> | undefined {
  const address = access['guest-address']
  return address === 'auto'
    ? undefined
    : { value: range(address, size), by: 'manifest', at: `${access.pointer}/guest-address` }
}

function inGuest(wanted: readonly Wanted[], gaps: readonly Range<GuestPhys>[], lock: Lock, report: Report): Places {
  const { places, unplaced, moved } = place(wanted, gaps, IN_GAPS, lock)
  for (const { item } of unplaced) reportNoRoom(item.hosted.region, item.access, report)
  for (const { item, before, now } of moved)
    reportMoved(report, atKey(item.access.pointer), whatIs(item), rangesIn(before, guestPhys), [now])
  return new Map([...places].map(([{ access }, found]) => [access, found]))
}

const whatIs = ({ hosted, access }: Wanted): string => `'${hosted.region.name}' in '${access.domain}'`

const IN_GAPS: Placer<Wanted, Range<GuestPhys>, readonly Range<GuestPhys>[]> = {
  key: ({ hosted, access }) => guestKey(hosted.region.name, access.domain),
  given: ({ hosted, access }) => givenPlace(hosted.region, access),
  kept: [
    ({ hosted }, text, gaps) => {
      const [locked] = rangesIn(text, guestPhys)
      const same = locked && range(locked.base, hosted.region.size)
      return same && gaps.some((gap) => contains(gap, same)) ? same : undefined
    },
  ],
  choose: ({ hosted }, gaps) => {
    const value = lowestIn(gaps, hosted.region)
    return value && { value, by: 'allocated', reason: REASON }
  },
  // Each gap on its own, so that the best one stays first.
  without: (gaps, taken) => gaps.flatMap((gap) => (overlaps(gap, taken) ? subtract([gap], [taken]) : [gap])),
  text: (one) => rangesText([one]),
}

const REASON = "lowest free range in the first gap of Xen's guest layout that is large enough"

function lowestIn(gaps: readonly Range<GuestPhys>[], { size }: SharedMemory): Range<GuestPhys> | undefined {
  const room = size === 0n ? PAGE : alignUp(size, PAGE)
  for (const gap of gaps) {
    const found = lowestAligned(gap, room, usualAlignment(room))
    if (found) return range(found.base, size)
  }
  return undefined
}

const reportNoRoom = ({ name, size }: SharedMemory, access: SharedMemoryAccess, report: Report): void =>
  report('RES-009', {
    at: atKey(access.pointer),
    message: `'${name}' needs ${formatSize(size)} of guest-physical space in '${access.domain}', and no gap there is large enough`,
    help: 'make it smaller, or set guest-address',
  })
