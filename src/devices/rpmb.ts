/** RPMB device (virtio 1.4 §5.12). */
import { type DeviceType, u8 } from './device-type.ts'
import { field, structure } from './structure.ts'

export const rpmb: DeviceType = {
  name: 'rpmb',
  id: 28,
  source: 'virtio 1.4 §5.12',
  summary: 'storage that cannot be rolled back',
  queues: [{ queues: [{ name: 'requestq', flow: 'both' }] }],
  ...structure([field('capacity', u8), field('max-wr-cnt', u8), field('max-rd-cnt', u8)]),
  features: [],
}
