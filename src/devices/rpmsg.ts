/** Remote messages (Linux drivers/rpmsg/virtio_rpmsg_bus.c). */
import type { DeviceType, Given, LeastBuffer } from './device-type.ts'
import { NO_CONFIG } from './structure.ts'

export const rpmsg: DeviceType = {
  name: 'rpmsg',
  id: 7,
  source: 'Linux drivers/rpmsg/virtio_rpmsg_bus.c',
  summary: 'messages between named endpoints, as in OpenAMP',
  queues: [
    {
      queues: [
        { name: 'rx', flow: 'to-driver' },
        { name: 'tx', flow: 'to-device' },
      ],
    },
  ],
  ...NO_CONFIG,
  features: [{ name: 'ns', bit: 0 }],
  leastBuffer,
}

/** `struct rpmsg_hdr`, which begins every message. */
const HEADER = 16

/** `struct rpmsg_ns_msg`: a name of 32 characters, an address, flags. */
const ANNOUNCEMENT = 40

/** A message is one buffer, whatever the layout (virtio_rpmsg_bus.c: rpmsg_recv_single). */
function leastBuffer({ has }: Given): LeastBuffer {
  const common = { queue: 'rx', inEveryLayout: true }
  return has('ns')
    ? { ...common, bytes: HEADER + ANNOUNCEMENT, holds: 'the header of a message and the announcement of a name' }
    : { ...common, bytes: HEADER + 1, holds: 'the header of a message and one byte' }
}
