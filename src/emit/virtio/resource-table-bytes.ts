/** Resource tables: packed, little-endian, with addresses of 32 bits (linux/include/linux/rsc_table.h). */

import { defined } from '../../diagnostics/defined.ts'
import type { StaticShmDocument, VirtioDocument } from '../../guests/virtio-document.ts'
import {
  deviceNotifyId,
  ENTRY_AT,
  RSC_VDEV,
  TABLE,
  TABLE_VERSION,
  VRING_ALIGNMENT,
} from '../../plan/virtio/resource-table.ts'

/** The table at the start of a device; status and negotiated features are 0. */
export function resourceTableBytes(device: StaticShmDocument, { regions }: VirtioDocument): Uint8Array {
  const queues = Object.values(device.queues)
  const config = device.config?.bytes ?? new Uint8Array()
  const { base } = defined(regions[device.region], `region ${device.region}`)
  const words: number[] = [TABLE_VERSION, 1, 0, 0, ENTRY_AT]
  const notifyId = deviceNotifyId(queues.length)
  words.push(RSC_VDEV, device.deviceId, notifyId, Number(device.features.bits), 0, config.length, queues.length << 8)
  for (const { index, size, parts } of queues) {
    const ring = defined(parts['ring'], `ring of queue ${index}`)
    words.push(Number(base + ring.offset), Number(VRING_ALIGNMENT), size, index, 0)
  }
  const table = Buffer.alloc(ENTRY_AT + TABLE.type + TABLE.device + TABLE.vring * queues.length + config.length)
  for (const [index, word] of words.entries()) table.writeUInt32LE(word, 4 * index)
  table.set(config, 4 * words.length)
  return table
}
