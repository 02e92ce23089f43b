/** Remote messages (Linux drivers/rpmsg/virtio_rpmsg_bus.c). */
import type { DeviceType } from './device-type.ts'
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
}
