/** File system over 9P (Linux net/9p/trans_virtio.c). */
import { type DeviceType, tag } from './device-type.ts'
import { field, structure } from './structure.ts'

export const nineP: DeviceType = {
  name: '9p',
  id: 9,
  source: 'Linux net/9p/trans_virtio.c',
  summary: 'files of the other end, over 9P',
  queues: [{ queues: [{ name: 'requestq', flow: 'both' }] }],
  ...structure([field('tag', tag, { feature: 'mount-tag' })]),
  features: [{ name: 'mount-tag', bit: 0 }],
}
