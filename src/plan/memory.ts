/** Memory that is in fixed places before power-on: Xen's heap, RAM of domains, shared memory. */

import { atKey, atValue, member, type Report } from '../diagnostics/diagnostic.ts'
import { type Facts, partialTreeOf } from '../facts/facts.ts'
import type { Lock } from '../facts/lock.ts'
import type { SharedMemory } from '../model/partition.ts'
import { type Dom0, type Dom0lessDomain, isHardwareDomain, originOf, type SystemModel } from '../model/system-model.ts'
import { guestAddresses } from '../passthrough/partial-tree.ts'
import { bytes, type GuestPhys, type HostPhys, hostPhys, PAGE } from '../units/quantities.ts'
import { type Range, range } from '../units/range.ts'
import { GUEST_RAM } from '../xen/address-map.ts'
import { GRANT_WINDOW } from '../xen/guest-regions.ts'
import { isAtLeast } from '../xen/releases.ts'
import { guestSpace } from './guest-memory/free-gaps.ts'
import { guestRam } from './guest-memory/ram.ts'
import { asGuest, type GuestLayout, type HostedRegion, planRegions } from './guest-memory/regions.ts'
import { type PlacedMemory, placeItems, type StaticItem } from './host-memory/allocation.ts'
import { staticSpace } from './host-memory/free-ram.ts'
import { planShmIds } from './links/shm-ids.ts'
import { deviceSpace, type Surroundings } from './passthrough/device-space.ts'
import { placeDevices } from './passthrough/place-devices.ts'
import { type GivenDevice, guestPages, type PlannedDevice } from './passthrough/planned-device.ts'
import type { Planned } from './provenance.ts'
import type { Partition } from './system-plan.ts'

export interface MemoryPlan extends Pick<Partition, 'staticHeap' | 'regions'> {
  /** By name of the domain, in Xen's order; absent: its RAM comes from the heap. */
  readonly staticMem: ReadonlyMap<string, PlacedMemory>
  /** RAM as each boot-time domain sees it. */
  readonly ram: ReadonlyMap<string, readonly Range<GuestPhys>[]>
  /** By name of the boot-time domain. */
  readonly devices: ReadonlyMap<string, readonly PlannedDevice[]>
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
export function placeMemory(
  surroundings: Surroundings & { readonly facts: Facts },
  participants: Participants,
  given: ReadonlyMap<string, readonly GivenDevice[]>,
  fixed: readonly Range<HostPhys>[],
  report: Report,
): MemoryPlan {
  const { model, facts, lock } = surroundings
  const heap = heapItems(model)
  const memory = participants.booted.flatMap((domain) => memoryItem(domain, model, facts) ?? [])
  const shared = model['shared-memory'].map((region) => ({ region, item: regionItem(region, participants, facts) }))
  const items = [...heap, ...memory.map(({ item }) => item), ...shared.map(({ item }) => item)]
  const places = placeItems(items, staticSpace(model.boot, facts.board, fixed), lock, report)
  const placesOf = (item: StaticItem): PlacedMemory => places.get(item) ?? []
  const staticMem = new Map(memory.map(({ domain, item }) => [domain.name, placesOf(item)]))
  const ram = new Map(
    participants.booted.map((domain) => [domain.name, ramOf(domain, model, staticMem.get(domain.name))]),
  )
  const devices = new Map(
    participants.booted.map((domain) => {
      const space = deviceSpace(surroundings, domain, ram.get(domain.name) ?? [])
      return [domain.name, placeDevices(domain.name, given.get(domain.name) ?? [], space, lock, report)] as const
    }),
  )
  const ids = planShmIds(model['shared-memory'], lock)
  const hosted = shared.flatMap(({ region, item }): readonly HostedRegion[] => {
    const [host] = placesOf(item)
    const id = ids.get(region)
    return host && id ? [{ region, id, host }] : []
  })
  return {
    staticHeap: heap.flatMap(placesOf),
    staticMem,
    ram,
    devices,
    regions: planRegions(hosted, layoutsOf(model, participants, facts, { ram, devices }), lock, report),
  }
}

/** Memory of `partition` that stays where it is: the manifest says so, or an earlier build. */
export function settledMemory(
  { staticHeap, dom0less, regions }: Partition,
  { entries }: Lock,
): readonly Range<HostPhys>[] {
  const isSettled = (key: string, { by }: Planned<unknown>): boolean => by === 'manifest' || entries.has(key)
  const heap = staticHeap.filter(({ by }) => by === 'manifest')
  const memory = dom0less.flatMap(({ domain, staticMem = [] }) =>
    staticMem.filter((bank) => isSettled(staticMemKey(domain.name), bank)),
  )
  const shared = regions.map(({ region, host }) => ({ key: hostKey(region.name), host }))
  const settled = shared.flatMap(({ key, host }) => (isSettled(key, host) ? [host] : []))
  return [...heap, ...memory, ...settled].map(({ value }) => value)
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
  model: SystemModel,
  facts: Facts,
): { readonly domain: Dom0lessDomain; readonly item: StaticItem } | undefined {
  const given = domain['static-mem']
  if (isHardwareFor(model, domain)) return hardwareItem(domain)
  if (given === undefined) return undefined
  const [lowest] = GUEST_RAM
  const item = {
    key: staticMemKey(domain.name),
    what: `RAM of '${domain.name}'`,
    at: atValue(member(domain.pointer, 'memory')),
    size: domain.memory,
    divisible: true,
    avoid: domain['direct-map'] ? hostAddressesOf(domain, facts) : [],
    ...(domain['direct-map'] || !lowest ? {} : { boundary: lowest.size }),
  }
  return { domain, item: given === 'auto' ? item : { ...item, given } }
}

/** Whether Xen takes it for the hardware domain: releases before 4.21 do not read capabilities (DOM-047). */
const isHardwareFor = ({ xen }: SystemModel, domain: Dom0lessDomain): boolean =>
  isHardwareDomain(domain) && isAtLeast(xen.release, '4.21')

/**
 * Xen takes the hardware domain's RAM from its heap, and for direct-map asks only that there is static memory, however little
 * (common/device-tree/dom0less-bindings.c: parse_dom0less_node; arch/arm/domain_build.c: construct_hwdom; 4.21 and 4.22).
 */
function hardwareItem(domain: Dom0lessDomain): ReturnType<typeof memoryItem> {
  const given = domain['static-mem']
  if (given === undefined && !domain['direct-map']) return undefined
  const item = {
    key: staticMemKey(domain.name),
    what: `the page of static memory of '${domain.name}'`,
    at: originOf(domain, 'direct-map'),
    size: PAGE,
    divisible: false,
    avoid: [],
  }
  return { domain, item: given === undefined || given === 'auto' ? item : { ...item, given } }
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
function hostAddressesOf(domain: Dom0lessDomain, facts: Facts): readonly Range<HostPhys>[] {
  const partial = partialTreeOf(domain, facts)
  const devices = partial ? guestAddresses(partial.tree) : []
  const all = domain.enhanced === 'disabled' ? devices : [GRANT_WINDOW, ...devices]
  return all.map(({ base, size }) => range(hostPhys(BigInt(base)), size))
}

/** In a guest that sees the host's addresses a bank lies where it lies on the host, and where Xen put it if it is the hardware domain; others are filled up by Xen. */
function ramOf(
  domain: Dom0lessDomain,
  model: SystemModel,
  banks: PlacedMemory | undefined,
): readonly Range<GuestPhys>[] {
  if (isHardwareFor(model, domain) && domain['direct-map']) return []
  if (!domain['direct-map'] || !banks) return guestRam(domain.memory)
  return banks.map(({ value }) => range(asGuest(value.base), value.size))
}

function layoutsOf(
  { xen }: SystemModel,
  { dom0, booted }: Participants,
  facts: Facts,
  { ram, devices }: Pick<MemoryPlan, 'ram' | 'devices'>,
): ReadonlyMap<string, GuestLayout> {
  const layouts = new Map<string, GuestLayout>(dom0 ? [[dom0.name, { isDirect: true }]] : [])
  for (const domain of booted) {
    const partial = partialTreeOf(domain, facts)
    const taken = [
      ...(partial ? guestAddresses(partial.tree) : []),
      ...(devices.get(domain.name) ?? []).flatMap(guestPages),
    ]
    const free = guestSpace(domain, ram.get(domain.name) ?? [], taken, xen.release)
    layouts.set(domain.name, domain['direct-map'] ? { isDirect: true } : { isDirect: false, free })
  }
  return layouts
}
