/** GPIO device (virtio 1.4 §5.18). */
import { type DeviceType, le16, le32 } from './device-type.ts'
import { field, reserved, structure } from './structure.ts'

export const gpio: DeviceType = {
  name: 'gpio',
  id: 41,
  source: 'virtio 1.4 §5.18',
  summary: 'GPIO lines',
  queues: [
    { queues: [{ name: 'requestq', flow: 'both' }] },
    { queues: [{ name: 'eventq', flow: 'both' }], feature: 'irq' },
  ],
  ...structure([field('ngpio', le16), reserved(2), field('gpio-names-size', le32)]),
  features: [{ name: 'irq', bit: 0 }],
}
