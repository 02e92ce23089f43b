/** Memory balloon device (virtio 1.4 §5.5). */
import { type DeviceType, le32 } from './device-type.ts'
import { field, structure } from './structure.ts'

export const balloon: DeviceType = {
  name: 'balloon',
  id: 5,
  source: 'virtio 1.4 §5.5',
  summary: 'memory that a guest returns',
  queues: [
    {
      queues: [
        { name: 'inflateq', flow: 'to-device' },
        { name: 'deflateq', flow: 'to-device' },
      ],
    },
    { queues: [{ name: 'statsq', flow: 'to-device' }], feature: 'stats-vq' },
    { queues: [{ name: 'free-page-vq', flow: 'to-device' }], feature: 'free-page-hint' },
    { queues: [{ name: 'reporting-vq', flow: 'to-device' }], feature: 'page-reporting' },
  ],
  ...structure([
    field('num-pages', le32),
    field('actual', le32, { writer: 'driver' }),
    field('free-page-hint-cmd-id', le32, { feature: 'free-page-hint' }),
    field('poison-val', le32, { feature: 'page-poison', writer: 'driver' }),
  ]),
  features: [
    { name: 'must-tell-host', bit: 0 },
    { name: 'stats-vq', bit: 1 },
    { name: 'deflate-on-oom', bit: 2 },
    { name: 'free-page-hint', bit: 3 },
    { name: 'page-poison', bit: 4 },
    { name: 'page-reporting', bit: 5 },
  ],
  unsuitable: {
    verdict: 'refused',
    reason: 'it takes pages away from the guest, which only Xen can do',
    help: 'set the memory of the domain, which is fixed in a partitioned system',
  },
}
