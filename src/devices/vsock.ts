/** Socket device (virtio 1.4 §5.10). */
import { type DeviceType, le64 } from './device-type.ts'
import { field, structure } from './structure.ts'

export const vsock: DeviceType = {
  name: 'vsock',
  id: 19,
  source: 'virtio 1.4 §5.10',
  summary: 'sockets between two ends',
  queues: [
    {
      queues: [
        { name: 'rx', flow: 'to-driver' },
        { name: 'tx', flow: 'to-device' },
        { name: 'event', flow: 'to-driver' },
      ],
    },
  ],
  ...structure([field('guest-cid', le64)]),
  features: [
    { name: 'stream', bit: 0 },
    { name: 'seqpacket', bit: 1 },
    { name: 'no-implied-stream', bit: 2 },
  ],
}
