/** I2C adapter device (virtio 1.4 §5.16). */
import type { DeviceType } from './device-type.ts'
import { NO_CONFIG } from './structure.ts'

export const i2c: DeviceType = {
  name: 'i2c',
  id: 34,
  source: 'virtio 1.4 §5.16',
  summary: 'transfers on an I2C bus',
  queues: [{ queues: [{ name: 'requestq', flow: 'both' }] }],
  ...NO_CONFIG,
  features: [{ name: 'zero-length-request', bit: 0 }],
}
