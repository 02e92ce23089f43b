/** Sound device (virtio 1.4 §5.14). */
import { type DeviceType, le32 } from './device-type.ts'
import { field, structure } from './structure.ts'

export const sound: DeviceType = {
  name: 'sound',
  id: 25,
  source: 'virtio 1.4 §5.14',
  summary: 'sound in both directions',
  queues: [
    {
      queues: [
        { name: 'controlq', flow: 'both' },
        { name: 'eventq', flow: 'to-driver' },
        { name: 'txq', flow: 'both' },
        { name: 'rxq', flow: 'both' },
      ],
    },
  ],
  ...structure([
    field('jacks', le32),
    field('streams', le32),
    field('chmaps', le32),
    field('controls', le32, { feature: 'ctls' }),
  ]),
  features: [{ name: 'ctls', bit: 0 }],
}
