/**
 * The layout `static-vrings`: a header, the configuration, queues as the specification has them (virtio 1.4 §2.7, §2.8), buffers. Addresses in
 * descriptors are offsets from the start of the region. Everything is little-endian. How both ends use it is `STATIC_VRINGS_PROTOCOL`.
 */

import { packedRing, splitRing } from '../../devices/rings.ts'
import { TRANSPORT_FEATURES } from '../../devices/transport-features.ts'
import { hasFeature, type StaticShmDevice, type VirtioQueue } from '../../model/virtio/device.ts'
import { bytes } from '../../units/quantities.ts'
import { appendParts, type WantedPart } from './append-parts.ts'
import {
  CACHE_LINE,
  type DeviceLayout,
  type LayoutFeatures,
  layoutFeatures,
  queuesAndBuffers,
  sizeOfBuffers,
} from './device-layout.ts'

/** Of this layout; programs compare it at run time. */
export const LAYOUT_VERSION = 2

/** `DFVL` in memory. */
export const LAYOUT_MAGIC = 0x4c564644

/** What an end says of itself. */
export const STATUS = { reset: 0, ready: 1, refused: 2 } as const

/** Words of the header: bytes from the start of their part. */
export const HEADER = {
  identity: { magic: [0, 4], version: [4, 4], hash: [8, 8], deviceId: [16, 4], queueCount: [20, 4], features: [24, 8] },
  'device-state': { generation: [0, 4], status: [4, 4], peer: [8, 4], configGeneration: [12, 4] },
  'driver-state': { generation: [0, 4], status: [4, 4], peer: [8, 4], hash: [16, 8] },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly [offset: number, size: number]>>>>

/** Features without which an end could take an address for one of its own, or leave out a barrier. */
const ALWAYS = TRANSPORT_FEATURES.filter(({ name }) =>
  ['version-1', 'access-platform', 'order-platform'].includes(name),
)

/** The device's features and those that the layout brings. */
const featuresOf = ({ features }: StaticShmDevice): LayoutFeatures => layoutFeatures([...ALWAYS, ...features])

/** Where everything of `device` lies. */
export function staticVrings(device: StaticShmDevice): DeviceLayout {
  const isPacked = hasFeature(device, 'ring-packed')
  const common = queuesAndBuffers(device, isPacked ? 'packed' : 'split')
  const isConfigShared = device.type.config.some(({ writer }) => writer === 'driver')
  const wanted: readonly WantedPart[] = [
    { kind: 'identity', size: CACHE_LINE, writer: 'backend' },
    { kind: 'device-state', size: CACHE_LINE, writer: 'backend' },
    { kind: 'driver-state', size: CACHE_LINE, writer: 'frontend' },
    { kind: 'config', size: bytes(device.config.bytes.length), writer: isConfigShared ? 'both' : 'backend' },
    ...device.queues.flatMap(isPacked ? packedParts : splitParts),
    { kind: 'buffers', size: sizeOfBuffers(common.buffers), writer: 'both' },
  ]
  return { ...common, ...appendParts(wanted, CACHE_LINE), features: featuresOf(device), alignment: CACHE_LINE }
}

function splitParts({ name: queue, size }: VirtioQueue): readonly WantedPart[] {
  const { descriptors, available, used } = splitRing(size)
  return [
    { kind: 'descriptors', queue, size: descriptors.size, writer: 'frontend' },
    { kind: 'available', queue, size: available.size, writer: 'frontend' },
    { kind: 'used', queue, size: used.size, writer: 'backend' },
  ]
}

function packedParts({ name: queue, size }: VirtioQueue): readonly WantedPart[] {
  const { ring, driverEvents, deviceEvents } = packedRing(size)
  return [
    { kind: 'ring', queue, size: ring.size, writer: 'both' },
    { kind: 'driver-events', queue, size: driverEvents.size, writer: 'frontend' },
    { kind: 'device-events', queue, size: deviceEvents.size, writer: 'backend' },
  ]
}
