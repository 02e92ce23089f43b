/** Media device (virtio 1.4 §5.22). */
import { type DeviceType, le32, text } from './device-type.ts'
import { field, structure } from './structure.ts'

export const media: DeviceType = {
  name: 'media',
  id: 48,
  source: 'virtio 1.4 §5.22',
  summary: 'cameras, codecs and other devices of V4L2',
  queues: [
    {
      queues: [
        { name: 'commandq', flow: 'both' },
        { name: 'eventq', flow: 'to-driver' },
      ],
    },
  ],
  ...structure([field('device-caps', le32), field('device-type', le32), field('card', text(32))]),
  features: [],
}
