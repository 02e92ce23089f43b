/**
 * The layout `resource-table`: a table as remoteproc and OpenAMP read it (linux/include/linux/remoteproc.h; OpenAMP's remoteproc.h), queues in
 * the legacy layout (virtio 1.4 §2.7.2), buffers. Addresses are guest-physical, in 32 bits.
 */
import { legacyRing } from '../../devices/rings.ts'
import type { StaticShmDevice } from '../../model/virtio/device.ts'
import { bytes } from '../../units/quantities.ts'
import { appendParts } from './append-parts.ts'
import { CACHE_LINE, type DeviceLayout, layoutFeatures, queuesAndBuffers, sizeOfBuffers } from './device-layout.ts'

/** Multiple at which the used ring of a queue begins. */
export const VRING_ALIGNMENT = CACHE_LINE

/** Structures of the table, in bytes: its head with one offset, the type of an entry, a virtio device, a queue. */
export const TABLE = { head: 16, offset: 4, type: 4, device: 24, vring: 20 } as const

/** Of an entry that describes a virtio device (RSC_VDEV). */
export const RSC_VDEV = 3

/** The table's own format. */
export const TABLE_VERSION = 1

/** Where the one entry begins. */
export const ENTRY_AT = TABLE.head + TABLE.offset

/** Where everything of `device` lies. */
export function resourceTable(device: StaticShmDevice): DeviceLayout {
  const common = queuesAndBuffers(device, 'split')
  const tableSize =
    ENTRY_AT + TABLE.type + TABLE.device + TABLE.vring * device.queues.length + device.config.bytes.length
  const { parts, size } = appendParts([
    { kind: 'resource-table', size: bytes(tableSize), writer: 'both' },
    ...device.queues.map(({ name, size: entries }) => ({
      kind: 'ring' as const,
      queue: name,
      size: legacyRing(entries, VRING_ALIGNMENT).size,
      writer: 'both' as const,
    })),
    { kind: 'buffers', size: sizeOfBuffers(common.buffers), writer: 'both' },
  ])
  return { ...common, parts, features: layoutFeatures(device.features), size }
}
