/**
 * The layout `resource-table`: a table as remoteproc and OpenAMP read it (linux/include/linux/rsc_table.h; OpenAMP's remoteproc.h), queues in
 * the legacy layout (virtio 1.4 §2.7.2), buffers. Addresses are guest-physical, in 32 bits. How both ends use it is `RESOURCE_TABLE_PROTOCOL`.
 */
import { legacyRing } from '../../devices/rings.ts'
import type { StaticShmDevice } from '../../model/virtio/device.ts'
import { type Bytes, bytes } from '../../units/quantities.ts'
import { appendParts, type WantedPart } from './append-parts.ts'
import { CACHE_LINE, type DeviceLayout, layoutFeatures, queuesAndBuffers, sizeOfBuffers } from './device-layout.ts'

/** Multiple at which the used ring of a queue begins. */
export const VRING_ALIGNMENT = CACHE_LINE

/** Structures of the table, in bytes: its head with one offset, the type of an entry, a virtio device, a queue. */
export const TABLE = { head: 16, offset: 4, type: 4, device: 24, vring: 20 } as const

/** Of an entry that describes a virtio device (RSC_VDEV). */
export const RSC_VDEV = 3

/** The table's own format. */
export const TABLE_VERSION = 1

/**
 * The largest page of Linux on Arm64: table, rings and buffers have pages of their own, so that Linux' carveouts, which are whole pages, can each name one of them
 * (`vdev0vring0`, `vdev0vring1`, `vdev0buffer`).
 */
export const PAGE: Bytes = bytes(65536)

/**
 * By what number the device itself is notified, of status and configuration: that of no queue, whose numbers are their indices. OpenAMP
 * ignores the device's number, and with it a queue that had the same (`rproc_virtio_notified`).
 */
export const deviceNotifyId = (queues: number): number => queues

/** Where the one entry begins. */
export const ENTRY_AT = TABLE.head + TABLE.offset

/** Where everything of `device` lies. */
export function resourceTable(device: StaticShmDevice): DeviceLayout {
  const common = queuesAndBuffers(device, 'split')
  const tableSize =
    ENTRY_AT + TABLE.type + TABLE.device + TABLE.vring * device.queues.length + device.config.bytes.length
  const wanted: readonly WantedPart[] = [
    { kind: 'resource-table', size: bytes(tableSize), writer: 'both' },
    ...device.queues.map(({ name, size: entries }) => ({
      kind: 'ring' as const,
      queue: name,
      size: legacyRing(entries, VRING_ALIGNMENT).size,
      writer: 'both' as const,
    })),
    { kind: 'buffers', size: sizeOfBuffers(common.buffers), writer: 'both' },
  ]
  return { ...common, ...appendParts(wanted, PAGE), features: layoutFeatures(device.features), alignment: PAGE }
}
