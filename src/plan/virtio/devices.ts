/** Gives every virtio device its place in its region. */
import { atKey, atValue, type Report } from '../../diagnostics/diagnostic.ts'
import type { Lock } from '../../facts/lock.ts'
import type { StaticShmDevice, VirtioLayout } from '../../model/virtio/device.ts'
import { formatRange, formatSize } from '../../units/format.ts'
import { isAligned, type RegionOffset, regionOffset } from '../../units/quantities.ts'
import { contains, lowestAligned, overlaps, type Range, range, subtract, totalSize } from '../../units/range.ts'
import type { PlannedChannel, PlannedRegion } from '../links/planned-links.ts'
import { type Placer, place } from '../lock/placer.ts'
import { rangesIn, rangesText, reportMoved } from '../lock/values.ts'
import type { Planned } from '../provenance.ts'
import type { DeviceLayout } from './device-layout.ts'
import { layoutHash } from './layout-hash.ts'
import type { PlannedStaticShm } from './planned-virtio.ts'
import { resourceTable } from './resource-table.ts'
import { staticVrings } from './static-vrings.ts'
import { zephyrStaticVrings } from './zephyr-static-vrings.ts'

export const offsetKey = (device: string): string => `virtio/${device}/offset`

interface Wanted {
  readonly device: StaticShmDevice
  readonly region: PlannedRegion
  readonly layout: DeviceLayout
}

type Place = Planned<Range<RegionOffset>>

/**
 * Every device whose region has a place: where the manifest says, then where the lock does, then the lowest free range in its region. One
 * without room (VIO-001), or in a place that cannot be its own (VIO-012), is left out.
 */
export function planStaticShm(
  devices: readonly StaticShmDevice[],
  regions: readonly PlannedRegion[],
  channels: readonly PlannedChannel[],
  lock: Lock,
  report: Report,
): readonly PlannedStaticShm[] {
  const wanted = devices.flatMap((device): readonly Wanted[] => {
    const region = regions.find((candidate) => candidate.region.name === device.memory)
    return region ? [{ device, region, layout: layoutOf(device) }] : []
  })
  const places = new Map(
    regions.flatMap((region) => [
      ...placeIn(
        region,
        wanted.filter((candidate) => candidate.region === region),
        lock,
        report,
      ),
    ]),
  )
  return wanted.flatMap(({ device, region, layout }): readonly PlannedStaticShm[] => {
    const found = places.get(device)
    if (!found) return []
    return [
      {
        transport: device.transport,
        device,
        region,
        layout,
        place: found,
        hash: layoutHash(device, layout, found.value),
        channels: channelsOf(device, channels),
      },
    ]
  })
}

const LAYOUTS: Readonly<Record<VirtioLayout, (device: StaticShmDevice) => DeviceLayout>> = {
  'static-vrings': staticVrings,
  'resource-table': resourceTable,
  'zephyr-static-vrings': zephyrStaticVrings,
}

const layoutOf = (device: StaticShmDevice): DeviceLayout => LAYOUTS[device.layout](device)

const channelsOf = ({ queues }: StaticShmDevice, channels: readonly PlannedChannel[]): readonly PlannedChannel[] =>
  channels.filter(({ channel }) => queues.some(({ notify }) => notify?.channel === channel.name))

function placeIn(
  { region }: PlannedRegion,
  wanted: readonly Wanted[],
  lock: Lock,
  report: Report,
): ReadonlyMap<StaticShmDevice, Place> {
  const whole = range(regionOffset(0n), region.size)
  const given = new Map<StaticShmDevice, Place>()
  for (const item of wanted) {
    const found = givenPlace(item, whole, given, report)
    if (found) given.set(item.device, found)
  }
  const placeable = wanted.filter(({ device }) => device.offset === 'auto' || given.has(device))
  const { places, unplaced, moved } = place(placeable, [whole], placerIn(region.name, given), lock)
  for (const { item, space } of unplaced) reportNoRoom(item, space, report)
  for (const { item, before, now } of moved) {
    const what = `'${item.device.name}' in '${region.name}'`
    reportMoved(report, atKey(item.device.pointer), what, rangesIn(before, regionOffset), [now])
  }
  return new Map([...places].map(([{ device }, found]) => [device, found]))
}

/** `given`: places that the manifest says, and that are none of another device. */
const placerIn = (
  region: string,
  given: ReadonlyMap<StaticShmDevice, Place>,
): Placer<Wanted, Range<RegionOffset>, readonly Range<RegionOffset>[]> => ({
  key: ({ device }) => offsetKey(device.name),
  given: ({ device }) => given.get(device),
  kept: [
    ({ layout }, text, free) => {
      const [locked] = rangesIn(text, regionOffset)
      const same = locked && range(locked.base, layout.size)
      const isUsable = same && isAligned(same.base, layout.alignment) && free.some((hole) => contains(hole, same))
      return isUsable ? same : undefined
    },
  ],
  choose: ({ layout }, free) => {
    const [value] = free.flatMap((hole) => lowestAligned(hole, layout.size, layout.alignment) ?? [])
    return value && { value, by: 'allocated', reason: `lowest free range in '${region}'` }
  },
  without: (free, taken) => subtract(free, [taken]),
  text: (one) => rangesText([one]),
})

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
  if (!isAligned(place.base, layout.alignment))
    return refuse(
      `'${device.name}' begins at offset ${place.base}, not at a multiple of ${layout.alignment}`,
      `use a multiple of ${layout.alignment}, or remove 'offset'`,
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
