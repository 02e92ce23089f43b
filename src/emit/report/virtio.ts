/** Regions with virtio devices, byte for byte, as both ends see them. */

import type { Domain } from '../../model/system-model.ts'
import type { StaticShmDevice } from '../../model/virtio/device.ts'
import { bootedGuest } from '../../plan/by-domain.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import type { QueueLayout } from '../../plan/virtio/device-layout.ts'
import { partName, writerOf } from '../../plan/virtio/part-names.ts'
import {
  devicesOf,
  type PlannedStaticShm,
  portOf,
  regionSeenBy,
  staticShmOf,
} from '../../plan/virtio/planned-virtio.ts'
import { hex, roughSize } from '../../units/format.ts'
import { bytes, type GuestPhys, offset, type RegionOffset, regionOffset } from '../../units/quantities.ts'
import { end, type Range, range, subtract } from '../../units/range.ts'
import { bullets, type Column, table, wrap } from './layout.ts'

/** Empty if no region has a device. */
export function virtioLines(plan: SystemPlan): readonly string[] {
  const virtio = staticShmOf(plan.virtio)
  if (virtio.length === 0) return []
  const regions = plan.regions.filter((region) => virtio.some((device) => device.region === region))
  return [
    ...regions.flatMap((region) => {
      const devices = virtio.filter((device) => device.region === region)
      return [...regionLines(region.region.name, devices), '']
    }),
    ...bullets(plan.model.domains.flatMap((domain) => whereFound(plan, domain) ?? [])),
    ...wrap(
      'All ends map the regions as normal memory, write-back cacheable, inner shareable; all words are little-endian. The memory is not cleared at boot: the writer of each part clears it at every start. examples/static-link has both ends in C.',
    ),
    ...wrap(
      'Running in an emulator without caches proves offsets, queues, ports and restarts, but neither barriers nor that both ends map the memory alike: test those on the board.',
    ),
  ]
}

function regionLines(name: string, devices: readonly PlannedStaticShm[]): readonly string[] {
  const ends = [...new Set(devices.flatMap(({ device }) => [device.backend, device.frontend]))]
  const size = devices[0]?.region.region.size ?? bytes(0)
  const rows = [...devices.flatMap(deviceRows), ...freeRows(size, devices)].toSorted((a, b) => (a.at < b.at ? -1 : 1))
  return [
    `  '${name}' (${devices[0]?.region.id.value}), ${roughSize(size)}`,
    ...table(
      columnsFor(ends),
      rows.map((row) => cellsOf(row, devices, ends)),
    ),
    ...bullets(devices.flatMap(sentences)),
  ]
}

interface Row {
  readonly at: RegionOffset
  readonly to: RegionOffset
  readonly what: string
  readonly writer: string
}

const columnsFor = (ends: readonly string[]): readonly Column[] => [
  { heading: 'offset', align: 'right' },
  { heading: 'up to', align: 'right' },
  { heading: 'what', align: 'left' },
  { heading: 'written by', align: 'left' },
  ...ends.map((name): Column => ({ heading: `in ${name}`, align: 'right' })),
]

const cellsOf = ({ at, to, what, writer }: Row, devices: readonly PlannedStaticShm[], ends: readonly string[]) => [
  hex(at),
  hex(to),
  what,
  writer,
  ...ends.map((name) => {
    const seen = devices.map((device) => regionSeenBy(device, name)).find((place) => place)
    return writer === '' || !seen ? '' : hex(addressIn(seen, at))
  }),
]

const addressIn = ({ base }: Range<GuestPhys>, at: RegionOffset): GuestPhys => offset(base, bytes(at))

const deviceRows = (planned: PlannedStaticShm): readonly Row[] =>
  planned.layout.parts.map((part) => {
    const at = offset(planned.place.value.base, part.offset)
    return {
      at,
      to: offset(at, part.size),
      what: `${planned.device.name}: ${partName(part)}`,
      writer: writerOf(planned, part),
    }
  })

function freeRows(size: PlannedStaticShm['layout']['size'], devices: readonly PlannedStaticShm[]): readonly Row[] {
  const free = subtract(
    [range(regionOffset(0n), size)],
    devices.map(({ place }) => place.value),
  )
  return free.map((hole) => ({ at: hole.base, to: end(hole), what: 'free', writer: '' }))
}

function sentences(planned: PlannedStaticShm): readonly string[] {
  const { device, layout } = planned
  const { frontend, backend, type } = device
  const { bits, names } = layout.features
  return [
    `${device.name} is a ${type.name} device (${type.id}) in the layout ${device.layout}: ${backend} is the device, ${frontend} its driver; features ${hex(bits)}${names.length === 0 ? '' : ` (${names.join(', ')})`}`,
    ...layout.queues.map((queue) => queueSentence(planned, queue)),
    ...orderSentences(device),
  ]
}

/** Which end has to start first, if the layout allows only one order. */
function orderSentences({ name, layout, frontend, backend }: StaticShmDevice): readonly string[] {
  const again = `if one of them goes down, both start again (domforge explain ${layout})`
  switch (layout) {
    case 'static-vrings':
      return []
    case 'resource-table':
      return [
        `${name}: ${backend} starts first and writes the table, its first word last; ${frontend} waits for it; ${again}`,
      ]
    case 'zephyr-static-vrings':
      return [
        `${name}: ${frontend} clears the first byte before ${backend} starts; ${again}`,
        `${name}: a stock Zephyr also needs a driver of the class mbox over event channels and an entry in mmu_regions for the region (examples/zephyr-link)`,
      ]
  }
}

function queueSentence(planned: PlannedStaticShm, { queue, index, format, buffers }: QueueLayout): string {
  const { frontend, backend, name } = planned.device
  const channel = queue.notify?.channel
  const ports = [backend, frontend].map((domain) => `port ${portOf(planned, queue, domain)} in ${domain}`)
  const own = buffers.count === 0 ? 'no buffers' : `buffers ${buffers.first} to ${buffers.first + buffers.count - 1}`
  const how = channel === undefined ? 'both ends poll' : `'${channel}' notifies: ${ports.join(', ')}`
  return `${name}, queue ${index} '${queue.name}': ${queue.size} descriptors, ${format}; ${own}; ${how}`
}

/** Where a guest finds these numbers. */
function whereFound(plan: SystemPlan, { name, os }: Domain): string | undefined {
  const { virtio, metadata } = plan
  if (devicesOf(staticShmOf(virtio), name).length === 0) return undefined
  const ways = [
    ...(metadata.has(name) ? ['/etc/domforge/virtio.json and virtio.env, loaded right after its ramdisk'] : []),
    ...(bootedGuest(plan, name)?.partialTree ? ['/passthrough/virtio-static-shm of its device tree'] : []),
    ...(os === 'zephyr' ? ['virtio.overlay for its build'] : []),
    `virtio.h for programs in C and C++ (domains/${name}/)`,
  ]
  return `${name} finds its configuration in ${ways.join('; ')}`
}
