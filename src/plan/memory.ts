/** Memory that is in fixed places before power-on: Xen's heap, RAM of domains, shared memory. */
import { atKey, atValue, member, type Report } from '../diagnostics/diagnostic.ts'
import { type Facts, fileKey } from '../facts/facts.ts'
import { EMPTY_LOCK, type Lock } from '../facts/lock.ts'
import type { SharedMemory } from '../model/partition.ts'
import type { Dom0, Dom0lessDomain, SystemModel } from '../model/system-model.ts'
import { bytes, type GuestPhys, type HostPhys, hostPhys } from '../units/quantities.ts'
import { type Range, range } from '../units/range.ts'
import { GUEST_RAM } from '../xen/address-map.ts'
import { GRANT_WINDOW } from '../xen/guest-regions.ts'
import { devicesOf, guestSpace } from './guest-memory/free-gaps.ts'
import { guestRam } from './guest-memory/ram.ts'
import { asGuest, type GuestLayout, type HostedRegion, planRegions } from './guest-memory/regions.ts'
import { type PlacedMemory, placeItems, type StaticItem } from './host-memory/allocation.ts'
import { staticSpace } from './host-memory/free-ram.ts'
import { splitAt } from './host-memory/highest-fit.ts'
import { planShmIds } from './links/shm-ids.ts'
import { sameRange, sameValue, unlessFree } from './lock/values.ts'
import type { PartitionPlan, PlannedRegion } from './partition-plan.ts'
import type { Planned } from './provenance.ts'

export interface PlacedPartition extends Pick<PartitionPlan, 'staticHeap' | 'regions'> {
  /** By name of the domain, in Xen's order; absent: its RAM comes from the heap. */
  readonly staticMem: ReadonlyMap<string, PlacedMemory>
  /** RAM as each boot-time domain sees it. */
  readonly ram: ReadonlyMap<string, readonly Range<GuestPhys>[]>
  /** All of it, host-physical: nothing else may lie there. */
  readonly taken: readonly Range<HostPhys>[]
}

/** Who sees memory that is in a fixed place. */
interface Participants {
  readonly dom0?: Dom0
  /** In the order of their nodes. */
  readonly booted: readonly Dom0lessDomain[]
}

export const staticMemKey = (domain: string): string => `domains/${domain}/static-mem`
export const hostKey = (region: string): string => `shared-memory/${region}/host-address`

/** Everything in its place; what has none is reported (RES-008, RES-009) and left out. `fixed`: the only places that some images may have. */
export function placePartition(
  model: SystemModel,
  facts: Facts,
  participants: Participants,
  fixed: readonly Range<HostPhys>[],
  lock: Lock,
  report: Report,
): PlacedPartition {
  const placed = placeAll(model, facts, participants, fixed, lock, report)
  if (lock.entries.size === 0) return placed
  const free = placeAll(model, facts, participants, fixed, EMPTY_LOCK, () => {})
  return {
    ...placed,
    staticMem: new Map(
      [...placed.staticMem].map(([name, banks]) => [name, banksUnlessFree(banks, free.staticMem.get(name))]),
    ),
    regions: placed.regions.map((region, index) => regionUnlessFree(region, free.regions[index])),
  }
}

function banksUnlessFree(banks: PlacedMemory, free: PlacedMemory | undefined): PlacedMemory {
  const isSame =
    free?.length === banks.length &&
    banks.every(({ value }, index) => free[index] && sameRange(value, free[index].value))
  return isSame ? banks.map((bank, index) => unlessFree(bank, free[index], sameRange)) : banks
}

const regionUnlessFree = (region: PlannedRegion, free: PlannedRegion | undefined): PlannedRegion =>
  free?.region === region.region
    ? {
        ...region,
        id: unlessFree(region.id, free.id, sameValue),
        host: unlessFree(region.host, free.host, sameRange),
        parties: region.parties.map((party) => {
          const other = free.parties.find(({ access }) => access === party.access)
          return { ...party, guest: unlessFree(party.guest, other?.guest, sameRange) }
        }),
      }
    : region

function placeAll(
  model: SystemModel,
  facts: Facts,
  participants: Participants,
  fixed: readonly Range<HostPhys>[],
  lock: Lock,
  report: Report,
): PlacedPartition {
  const heap = heapItems(model)
  const memory = participants.booted.flatMap((domain) => memoryItem(domain, facts) ?? [])
  const shared = model['shared-memory'].map((region) => ({ region, item: regionItem(region, participants, facts) }))
  const items = [...heap, ...memory.map(({ item }) => item), ...shared.map(({ item }) => item)]
  const places = placeItems(items, staticSpace(model.boot, facts.board, fixed), lock, report)
  const placesOf = (item: StaticItem): PlacedMemory => places.get(item) ?? []
  const staticMem = new Map(memory.map(({ domain, item }) => [domain.name, banksOf(domain, placesOf(item))]))
  const ram = new Map(participants.booted.map((domain) => [domain.name, ramOf(domain, staticMem.get(domain.name))]))
  const ids = planShmIds(model['shared-memory'], lock)
  const hosted = shared.flatMap(({ region, item }, index): readonly HostedRegion[] => {
    const [host] = placesOf(item)
    const id = ids[index]
    return host && id ? [{ region, id, host }] : []
  })
  return {
    staticHeap: heap.flatMap(placesOf),
    staticMem,
    ram,
    regions: planRegions(hosted, layoutsOf(model, participants, facts, ram), lock, report),
    taken: items.flatMap((item) => placesOf(item).map(({ value }) => value)),
  }
}

function heapItems({ xen }: SystemModel): readonly StaticItem[] {
  const heap = xen['static-heap']
  if (!heap) return []
  const at = atKey(member(xen.pointer, 'static-heap'))
  const common = { what: "Xen's heap", at, divisible: true, avoid: [] }
  if ('size' in heap) return [{ ...common, size: heap.size }]
  return heap.ranges.length === 0 ? [] : [{ ...common, size: bytes(0), given: heap.ranges }]
}

function memoryItem(
  domain: Dom0lessDomain,
  facts: Facts,
): { readonly domain: Dom0lessDomain; readonly item: StaticItem } | undefined {
  const given = domain['static-mem']
  if (given === undefined) return undefined
  const item = {
    key: staticMemKey(domain.name),
    what: `RAM of '${domain.name}'`,
    at: atValue(member(domain.pointer, 'memory')),
    size: domain.memory,
    divisible: true,
    avoid: domain['direct-map'] ? hostAddressesOf(domain, facts) : [],
  }
  return { domain, item: given === 'auto' ? item : { ...item, given } }
}

function regionItem(region: SharedMemory, { booted }: Participants, facts: Facts): StaticItem {
  const parties = booted.filter(({ name }) => region.access.some(({ domain }) => domain === name))
  const address = region['host-address']
  const pointer = member(region.pointer, 'host-address')
  return {
    key: hostKey(region.name),
    what: `'${region.name}'`,
    at: atValue(member(region.pointer, 'size')),
    size: region.size,
    divisible: false,
    avoid: parties.filter((domain) => domain['direct-map']).flatMap((domain) => hostAddressesOf(domain, facts)),
    ...(address === 'auto' ? {} : { given: [{ range: range(address, region.size), pointer }] }),
  }
}

/** What a guest that sees the host's addresses has there that is not the host's. */
function hostAddressesOf(domain: Dom0lessDomain, { partialTrees }: Facts): readonly Range<HostPhys>[] {
  const reference = domain['device-tree']
  const partial = reference && partialTrees.get(fileKey(reference))
  const devices = partial ? devicesOf(partial.tree) : []
  const all = domain.enhanced === 'disabled' ? devices : [GRANT_WINDOW, ...devices]
  return all.map(({ base, size }) => range(hostPhys(BigInt(base)), size))
}

/** Split where Xen up to 4.21 would count wrong; a guest that sees the host's addresses has as many banks as it has ranges. */
function banksOf(domain: Dom0lessDomain, places: PlacedMemory): PlacedMemory {
  const [lowest] = GUEST_RAM
  if (domain['direct-map'] || !lowest) return places
  return places.length === 0 ? places : splitPlaces(places, (ranges) => splitAt(ranges, lowest.size))
}

function splitPlaces(
  places: PlacedMemory,
  split: (ranges: readonly Range<HostPhys>[]) => readonly Range<HostPhys>[],
): PlacedMemory {
  const parts = split(places.map(({ value }) => value))
  let last: Planned<Range<HostPhys>> | undefined
  return parts.flatMap((value): PlacedMemory => {
    last = places.find((place) => place.value.base === value.base) ?? last
    return last ? [{ ...last, value }] : []
  })
}

/** In a guest that sees the host's addresses a bank lies where it lies on the host; others are filled up by Xen. */
function ramOf(domain: Dom0lessDomain, banks: PlacedMemory | undefined): readonly Range<GuestPhys>[] {
  if (!domain['direct-map'] || !banks) return guestRam(domain.memory)
  return banks.map(({ value }) => range(asGuest(value.base), value.size))
}

function layoutsOf(
  { xen }: SystemModel,
  { dom0, booted }: Participants,
  { partialTrees }: Facts,
  ram: ReadonlyMap<string, readonly Range<GuestPhys>[]>,
): ReadonlyMap<string, GuestLayout> {
  const layouts = new Map<string, GuestLayout>(dom0 ? [[dom0.name, { isDirect: true }]] : [])
  for (const domain of booted) {
    const reference = domain['device-tree']
    const partial = reference && partialTrees.get(fileKey(reference))
    const free = guestSpace(domain, ram.get(domain.name) ?? [], partial?.tree, xen.release)
    layouts.set(domain.name, domain['direct-map'] ? { isDirect: true } : { isDirect: false, free })
  }
  return layouts
}
