/** File system device (virtio 1.4 §5.11). */
import { type DeviceType, le32, text } from './device-type.ts'
import { field, structure } from './structure.ts'

export const fs: DeviceType = {
  name: 'fs',
  id: 26,
  source: 'virtio 1.4 §5.11',
  summary: 'files of the other end, over FUSE',
  queues: [
    { queues: [{ name: 'hiprio', flow: 'both', mayLackAnswers: true }] },
    { queues: [{ name: 'notification', flow: 'to-driver' }], feature: 'notification' },
    {
      queues: [{ name: 'request', flow: 'both' }],
      repeats: { first: 1, counted: { field: 'num-request-queues', besides: 0 } },
    },
  ],
  ...structure([
    field('tag', text(36)),
    field('num-request-queues', le32),
    field('notify-buf-size', le32, { feature: 'notification' }),
  ]),
  features: [{ name: 'notification', bit: 0 }],
}
