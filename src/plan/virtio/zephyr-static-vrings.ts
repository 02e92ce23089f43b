/**
 * The layout `zephyr-static-vrings`: what Zephyr's backend `zephyr,ipc-openamp-static-vrings` makes of the memory it is given, as of Zephyr 4.4
 * (subsys/ipc/ipc_service/backends/ipc_rpmsg_static_vrings.c: vr_shm_configure; ipc_rpmsg_static_vrings.h: shm_size, optimal_num_desc; the same since 3.5):
 * the driver's status, the buffers of the queue to the driver, those of the other, the ring of the other, the ring to the driver. Rings are in the legacy
 * layout (virtio 1.4 §2.7.2), addresses guest-physical.
 *
 * Zephyr takes the largest power of two of descriptors whose rings and buffers take less than the memory past the status: it must not be full, and
 * with one line more than it needs it is not.
 */
import { legacyRing } from '../../devices/rings.ts'
import type { StaticShmDevice, VirtioBuffers } from '../../model/virtio/device.ts'
import { bytes, sum } from '../../units/quantities.ts'
import { appendParts, type WantedPart } from './append-parts.ts'
import { CACHE_LINE, type DeviceLayout, layoutFeatures, queuesAndBuffers, sizeOfBuffers } from './device-layout.ts'

/** CONFIG_IPC_SERVICE_STATIC_VRINGS_MEM_ALIGNMENT: of all parts, between the parts of a ring, and the room of the status. Both ends are built with it. */
export const MEM_ALIGNMENT = CACHE_LINE

/** `RPMSG_BUFFER_SIZE` of OpenAMP, where the manifest says nothing. */
const USUAL_BUFFER = bytes(512)

/** How many buffers Zephyr makes: as many as both queues have descriptors. */
export const zephyrBufferCount = ({ queues }: Pick<StaticShmDevice, 'queues'>): number =>
  queues.reduce((total, { size }) => total + size, 0)

/** Where everything of `device` lies. */
export function zephyrStaticVrings(device: StaticShmDevice): DeviceLayout {
  const usual: VirtioBuffers = { pointer: device.pointer, count: zephyrBufferCount(device), size: USUAL_BUFFER }
  const common = queuesAndBuffers({ ...device, buffers: device.buffers ?? usual }, 'split')
  const wanted: readonly WantedPart[] = [
    { kind: 'driver-status', size: bytes(1), writer: 'frontend' },
    { kind: 'buffers', size: sizeOfBuffers(common.buffers), writer: 'both' },
    ...device.queues.toReversed().map(({ name, size: entries }) => ({
      kind: 'ring' as const,
      queue: name,
      size: legacyRing(entries, MEM_ALIGNMENT).size,
      writer: 'both' as const,
    })),
  ]
  const { parts, size } = appendParts(wanted, MEM_ALIGNMENT)
  return {
    ...common,
    parts,
    features: layoutFeatures(device.type.features.filter(({ name }) => name === 'ns')),
    size: sum([size, MEM_ALIGNMENT]),
    alignment: MEM_ALIGNMENT,
  }
}
