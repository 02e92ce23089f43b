/** Gives every virtio device its place in its region. */
import { atKey, atValue, type Report } from '../../diagnostics/diagnostic.ts'
import type { Lock } from '../../facts/lock.ts'
import type { StaticShmDevice } from '../../model/virtio/device.ts'
import { formatRange, formatSize } from '../../units/format.ts'
import { isAligned, type RegionOffset, regionOffset } from '../../units/quantities.ts'
import { contains, lowestAligned, overlaps, type Range, range, subtract, totalSize } from '../../units/range.ts'
import type { PlannedChannel, PlannedRegion } from '../links/planned-links.ts'
import { byLock, lockedRanges, reportMoved, sameRange, unlessFree } from '../lock/values.ts'
import type { Planned } from '../provenance.ts'
import { CACHE_LINE, type DeviceLayout } from './device-layout.ts'
import { layoutHash } from './layout-hash.ts'
import type { PlannedVirtio } from './planned-virtio.ts'
import { resourceTable } from './resource-table.ts'
import { staticVrings } from './static-vrings.ts'

export const offsetKey = (device: string): string => `virtio/${device}/offset`

interface Wanted {
  readonly device: StaticShmDevice
  readonly region: PlannedRegion
  readonly layout: DeviceLayout
}

type Place = Planned<Range<RegionOffset>>

/**
 * Every device whose region has a place: where the manifest says, then where the lock does, then the lowest free place in its region. One
 * without room (VIO-001), or in a place that cannot be its own (VIO-012), is left out.
 */
export function planVirtio(
  devices: readonly StaticShmDevice[],
  regions: readonly PlannedRegion[],
  channels: readonly PlannedChannel[],
  lock: Lock,
  report: Report,
): readonly PlannedVirtio[] {
  const wanted = devices.flatMap((device): readonly Wanted[] => {
    const region = regions.find((candidate) => candidate.region.name === device.memory)
    return region ? [{ device, region, layout: layoutOf(device) }] : []
  })
  const places = new Map<StaticShmDevice, Place>()
  for (const region of regions) {
    const own = wanted.filter((candidate) => candidate.region === region)
    const free = placeIn(region, own, undefined, () => {})
    for (const [device, place] of placeIn(region, own, lock, report))
      places.set(device, unlessFree(place, free.get(device), sameRange))
  }
  return wanted.flatMap(({ device, region, layout }): readonly PlannedVirtio[] => {
    const place = places.get(device)
    if (!place) return []
    return [
      {
        device,
        region,
        layout,
        place,
        hash: layoutHash(device, layout, place.value),
        channels: channelsOf(device, channels),
      },
    ]
  })
}

const layoutOf = (device: StaticShmDevice): DeviceLayout =>
  device.layout === 'static-vrings' ? staticVrings(device) : resourceTable(device)

const channelsOf = ({ queues }: StaticShmDevice, channels: readonly PlannedChannel[]): readonly PlannedChannel[] =>
  channels.filter(({ channel }) => queues.some(({ notify }) => notify?.channel === channel.name))

function placeIn(
  { region }: PlannedRegion,
  wanted: readonly Wanted[],
  lock: Lock | undefined,
  report: Report,
): ReadonlyMap<StaticShmDevice, Place> {
  const whole = range(regionOffset(0n), region.size)
  const places = new Map<StaticShmDevice, Place>()
  const free = (): readonly Range<RegionOffset>[] =>
    subtract(
      [whole],
      [...places.values()].map(({ value }) => value),
    )
  for (const item of wanted) {
    const place = givenPlace(item, whole, places, report)
    if (place) places.set(item.device, place)
  }
  for (const { device, layout } of lock ? wanted : []) {
    const [locked] = lock ? lockedRanges(lock, offsetKey(device.name), regionOffset) : []
    const kept = locked && range(locked.base, layout.size)
    if (device.offset !== 'auto' || !kept || !isAligned(kept.base, CACHE_LINE)) continue
    if (free().some((hole) => contains(hole, kept)))
      places.set(device, { value: kept, ...byLock(offsetKey(device.name)) })
  }
  for (const item of wanted) {
    const { device, layout } = item
    if (places.has(device) || device.offset !== 'auto') continue
    const [found] = free().flatMap((hole) => lowestAligned(hole, layout.size, CACHE_LINE) ?? [])
    if (!found) {
      reportNoRoom(item, free(), report)
      continue
    }
    const before = lock ? lockedRanges(lock, offsetKey(device.name), regionOffset) : []
    if (before.length > 0)
      reportMoved(report, atKey(device.pointer), `'${device.name}' in '${region.name}'`, before, [found])
    places.set(device, { value: found, by: 'allocated', reason: `lowest free range in '${region.name}'` })
  }
  return places
}

/** What the manifest says, if a device can be there. */
function givenPlace(
  { device, region, layout }: Wanted,
  whole: Range<RegionOffset>,
  places: ReadonlyMap<StaticShmDevice, Place>,
  report: Report,
): Place | undefined {
  if (device.offset === 'auto') return undefined
  const at = `${device.pointer}/offset`
  const place = range(device.offset, layout.size)
  const refuse = (message: string, help: string, other?: StaticShmDevice): undefined => {
    report('VIO-012', {
      at: atValue(at),
      message,
      help,
      ...(other ? { related: [{ at: atKey(other.pointer), message: `'${other.name}' is declared here` }] } : {}),
    })
    return undefined
  }
  if (!isAligned(place.base, CACHE_LINE))
    return refuse(
      `'${device.name}' begins at offset ${place.base}, not at a multiple of ${CACHE_LINE}`,
      `use a multiple of ${CACHE_LINE}, or remove 'offset'`,
    )
  if (!contains(whole, place))
    return refuse(
      `'${device.name}' ${formatRange(place)} goes ${formatSize(endBehind(place, whole))} past the end of '${region.region.name}'`,
      'make the region larger, or the device smaller',
    )
  const [other] = [...places].filter(([, { value }]) => overlaps(value, place))
  if (other)
    return refuse(
      `'${device.name}' ${formatRange(place)} overlaps '${other[0].name}' ${formatRange(other[1].value)}`,
      "remove 'offset' to let domforge place it",
      other[0],
    )
  return { value: place, by: 'manifest', at }
}

const endBehind = (place: Range<RegionOffset>, whole: Range<RegionOffset>) => totalSize(subtract([place], [whole]))

function reportNoRoom({ device, region, layout }: Wanted, free: readonly Range<RegionOffset>[], report: Report): void {
  const largest = free.reduce((most, { size }) => (size > most ? size : most), 0n)
  const missing = layout.size - largest
  report('VIO-001', {
    at: atKey(device.pointer),
    message: `'${device.name}' takes ${layout.size} bytes, and '${region.region.name}' has ${largest === 0n ? 'no free range' : `a free range of ${largest}`}: ${missing} are missing`,
    help: `make '${region.region.name}' larger than its ${formatSize(region.region.size)}, or queues and buffers smaller`,
    related: [{ at: atValue(`${region.region.pointer}/size`), message: `'${region.region.name}' is declared here` }],
  })
}
