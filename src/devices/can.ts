/** CAN device (virtio 1.4 §5.20). */
import { type DeviceType, le16 } from './device-type.ts'
import { field, structure } from './structure.ts'

export const can: DeviceType = {
  name: 'can',
  id: 36,
  source: 'virtio 1.4 §5.20',
  summary: 'frames on a CAN bus',
  queues: [
    {
      queues: [
        { name: 'txq', flow: 'both' },
        { name: 'rxq', flow: 'to-driver' },
        { name: 'controlq', flow: 'both' },
      ],
    },
  ],
  ...structure([field('status', le16)]),
  features: [
    { name: 'can-classic', bit: 0 },
    { name: 'can-fd', bit: 1 },
    { name: 'rtr-frames', bit: 2 },
    { name: 'late-tx-ack', bit: 3 },
  ],
}
