/** Console device (virtio 1.4 §5.3). */
import { type DeviceType, le16, le32 } from './device-type.ts'
import { field, structure } from './structure.ts'

export const console: DeviceType = {
  name: 'console',
  id: 3,
  source: 'virtio 1.4 §5.3',
  summary: 'one or more serial lines',
  queues: [
    {
      queues: [
        { name: 'receiveq', flow: 'to-driver' },
        { name: 'transmitq', flow: 'to-device' },
      ],
    },
    {
      queues: [
        { name: 'control-receiveq', flow: 'to-driver' },
        { name: 'control-transmitq', flow: 'to-device' },
      ],
      feature: 'multiport',
    },
    {
      queues: [
        { name: 'port-receiveq', flow: 'to-driver' },
        { name: 'port-transmitq', flow: 'to-device' },
      ],
      feature: 'multiport',
      // Port 0 is the pair at the beginning.
      repeats: { first: 1, counted: { field: 'max-nr-ports', besides: 1 } },
    },
  ],
  ...structure([
    field('cols', le16, { feature: 'size' }),
    field('rows', le16, { feature: 'size' }),
    field('max-nr-ports', le32, { feature: 'multiport' }),
    field('emerg-wr', le32, { feature: 'emerg-write', writer: 'driver' }),
  ]),
  features: [
    { name: 'size', bit: 0 },
    { name: 'multiport', bit: 1 },
    { name: 'emerg-write', bit: 2 },
  ],
}
