/** Guest-physical addresses of the devices in each guest. */
import { atKey, atValue, member, type Report } from '../../diagnostics/diagnostic.ts'
import type { Lock } from '../../facts/lock.ts'
import type { Passthrough } from '../../model/passthrough/device.ts'
import type { DeviceSpan } from '../../passthrough/host-device.ts'
import { formatRange, formatSize } from '../../units/format.ts'
import { bytes, distance, type GuestPhys, guestPhys, type HostPhys, hostPhys, offset } from '../../units/quantities.ts'
import { byBase, contains, intersection, lowestAligned, type Range, range, subtract } from '../../units/range.ts'
import { asGuest } from '../guest-memory/regions.ts'
import { usualAlignment } from '../host-memory/highest-fit.ts'
import { type Placer, place } from '../lock/placer.ts'
import { rangesIn, rangesText, reportMoved } from '../lock/values.ts'
import type { Planned } from '../provenance.ts'
import { DEVICE_WINDOWS, type DeviceSpace } from './device-space.ts'
import {
  deviceKey,
  type GivenDevice,
  type Mapping,
  nodesOf,
  type PlannedDevice,
  type PlannedPart,
  pagesOf,
  spanText,
} from './planned-device.ts'

/** A span that needs a place. */
interface Item {
  readonly domain: string
  readonly device: GivenDevice
  /** Of its node among those of the device. */
  readonly order: number
  readonly span: DeviceSpan
}

/** What is free in a guest, and which pages of devices it has already: those may be asked for again. */
interface Space extends DeviceSpace {
  readonly mapped: readonly Mapping[]
}

/** One view of it: `free` is all of it, or what lasts. */
type View = Pick<Space, 'free' | 'mapped'>

/**
 * A place for every span of `devices`: the manifest's, then the lock's, then where the host has it, then the first free range. What is chosen is
 * free in further lives too, if anything is. A device with a span without room is reported (RES-017) and left out.
 */
export function placeDevices(
  domain: string,
  devices: readonly GivenDevice[],
  space: DeviceSpace,
  lock: Lock,
  report: Report,
): readonly PlannedDevice[] {
  const items = devices.flatMap((device) =>
    nodesOf(device).flatMap((node, order) => node.device.spans.map((span): Item => ({ domain, device, order, span }))),
  )
  const { places, unplaced, moved } = place(
    items,
    { free: space.free, lasting: space.lasting, mapped: [] },
    PLACER,
    lock,
  )
  for (const { item } of unplaced) reportNoRoom(item, report)
  for (const { item, before, now } of moved)
    reportMoved(report, atKey(item.device.entry.pointer), whatIs(item), rangesIn(before, guestPhys), [now.guest])
  return devices.flatMap((device): readonly PlannedDevice[] => {
    const own = items.filter((item) => item.device === device)
    if (!own.every((item) => places.has(item))) return []
    const partsOf = (wanted: number): readonly PlannedPart[] =>
      own.filter(({ order }) => order === wanted).flatMap((item) => partOf(item, places.get(item)) ?? [])
    return [{ ...device, nodes: nodesOf(device).map((node, order) => ({ ...node, parts: partsOf(order) })) }]
  })
}

function partOf({ span }: Item, found: Planned<Mapping> | undefined): PlannedPart | undefined {
  if (!found) return undefined
  const { value, ...source } = found
  return { span, host: intersection(span.host, value.host) ?? span.host, guest: { value: value.guest, ...source } }
}

const whatIs = ({ device, span }: Item): string => `${spanText(span)} of '${device.entry.name}'`

const PLACER: Placer<Item, Mapping, Space> = {
  key: ({ domain, device, order, span }) => deviceKey(domain, device.entry.name, order, span),
  given: ({ device, order, span }) => (order === 0 ? givenPlace(device, span) : undefined),
  kept: [
    ({ span }, text, space) => {
      const [locked] = rangesIn(text, guestPhys)
      const mapping = locked && keptMapping(span, locked)
      return mapping && fits(mapping, space) ? mapping : undefined
    },
  ],
  choose: ({ span }, { free, lasting, mapped }) =>
    choose(span, { free: lasting, mapped }) ?? choose(span, { free, mapped }),
  without: ({ free, lasting, mapped }, mapping) => ({
    free: subtract(free, [mapping.guest]),
    lasting: subtract(lasting, [mapping.guest]),
    mapped: [...mapped, mapping],
  }),
  text: ({ guest }) => rangesText([guest]),
}

/** As the manifest says it. A window of a bridge is not meant by an address that is not its own. */
function givenPlace({ entry, closure }: GivenDevice, span: DeviceSpan): Planned<Mapping> | undefined {
  const address = entry['guest-address']
  if (address === 'auto' || span.kind === 'window') return undefined
  const host = pagesOf(span.host)
  const pointer = member(entry.pointer, 'guest-address')
  if (typeof address === 'bigint') {
    const guest = range(offset(address, distance(firstPage(closure.device.spans), host.base)), host.size)
    return { value: { host, guest }, by: 'manifest', at: pointer }
  }
  const key = namesOf(span).find((name) => address.has(name))
  const own = key === undefined ? undefined : address.get(key)
  return key === undefined || own === undefined
    ? undefined
    : { value: { host, guest: range(own, host.size) }, by: 'manifest', at: member(pointer, key) }
}

/** What the manifest may call a register. */
const namesOf = (span: DeviceSpan): readonly string[] =>
  span.kind === 'register' ? [...(span.name === undefined ? [] : [span.name]), String(span.index)] : []

const firstPage = (spans: readonly DeviceSpan[]): HostPhys =>
  spans
    .filter(({ kind }) => kind === 'register')
    .map(({ host }) => pagesOf(host))
    .toSorted(byBase)[0]?.base ?? hostPhys(0n)

/** Names of `guest-address` that no register has. */
export const unknownRegisters = ({ entry, closure }: GivenDevice): readonly string[] => {
  const address: Passthrough['guest-address'] = entry['guest-address']
  const known = new Set(closure.device.spans.flatMap(namesOf))
  return address === 'auto' || typeof address === 'bigint' ? [] : [...address.keys()].filter((name) => !known.has(name))
}

/** A part of a window is what has room where the host has it, or else its beginning. */
function keptMapping({ kind, host }: DeviceSpan, guest: Range<GuestPhys>): Mapping | undefined {
  const pages = pagesOf(host)
  if (guest.size === pages.size) return { host: pages, guest }
  if (kind !== 'window' || guest.size > pages.size) return undefined
  const same = range(hostPhys(BigInt(guest.base)), guest.size)
  return { host: contains(pages, same) ? same : range(pages.base, guest.size), guest }
}

/** Whether all of it is free, or there already. */
const fits = ({ host, guest }: Mapping, { free, mapped }: View): boolean => {
  const there = mapped.filter((known) => isSameView(known, { host, guest })).map((known) => known.guest)
  return subtract([guest], there).every((rest) => free.some((gap) => contains(gap, rest)))
}

/** Whether both show the same pages of the host wherever they meet in the guest. */
const isSameView = (a: Mapping, b: Mapping): boolean =>
  a.host.base <= b.host.base
    ? a.guest.base <= b.guest.base && distance(a.host.base, b.host.base) === distance(a.guest.base, b.guest.base)
    : isSameView(b, a)

function choose(span: DeviceSpan, space: View): Planned<Mapping> | undefined {
  const host = pagesOf(span.host)
  const same: Mapping = { host, guest: range(asGuest(host.base), host.size) }
  if (fits(same, space)) return { value: same, by: 'allocated', reason: 'where the host has it' }
  const known = space.mapped.find((mapping) => contains(mapping.host, host))
  if (known)
    return { value: within(known, host), by: 'allocated', reason: 'in a page of the guest that shows it already' }
  const largest = span.kind === 'window' && span.space !== 'io' ? largestPart(same, space) : undefined
  if (largest)
    return { value: largest, by: 'allocated', reason: 'where the host has it, as far as the guest has room there' }
  const moved = firstFree(host, space) ?? (span.kind === 'window' ? beginning(host, space) : undefined)
  return (
    moved && {
      value: moved,
      by: 'allocated',
      reason: 'first free range: the guest has something else where the host has it',
    }
  )
}

function within({ host, guest }: Mapping, part: Range<HostPhys>): Mapping {
  return { host: part, guest: range(offset(guest.base, distance(host.base, part.base)), part.size) }
}

/** Less of a window holds no device. */
const SMALLEST_PART = bytes(0x10_0000n)

function largestPart({ host, guest }: Mapping, { free }: View): Mapping | undefined {
  const largest = largestOf(free.flatMap((gap) => intersection(gap, guest) ?? []))
  return largest && { host: range(offset(host.base, distance(guest.base, largest.base)), largest.size), guest: largest }
}

function firstFree(host: Range<HostPhys>, { free }: View): Mapping | undefined {
  for (const window of DEVICE_WINDOWS)
    for (const gap of free) {
      const part = intersection(gap, window)
      const found = part && lowestAligned(part, host.size, usualAlignment(host.size))
      if (found) return { host, guest: found }
    }
  return undefined
}

/** As much of a window as the largest free range there holds. */
function beginning(host: Range<HostPhys>, { free }: View): Mapping | undefined {
  const gaps = DEVICE_WINDOWS.flatMap((window) => free.flatMap((gap) => intersection(gap, window) ?? []))
  const largest = largestOf(gaps)
  return largest && { host: range(host.base, largest.size), guest: largest }
}

const largestOf = (ranges: readonly Range<GuestPhys>[]): Range<GuestPhys> | undefined => {
  const [largest] = ranges.toSorted((a, b) => (a.size < b.size ? 1 : a.size > b.size ? -1 : 0))
  return largest && largest.size >= SMALLEST_PART ? largest : undefined
}

const reportNoRoom = (item: Item, report: Report): void =>
  report('RES-017', {
    at: atValue(member(item.device.entry.pointer, 'path')),
    message: `${whatIs(item)}, ${formatRange(item.span.host)} (host-physical), needs ${formatSize(pagesOf(item.span.host).size)} of guest-physical space in '${item.domain}', and nothing so large is free there`,
    help: 'set guest-address, or give the domain less of what lies there',
  })
