/** Entropy device (virtio 1.4 §5.4). */
import type { DeviceType } from './device-type.ts'
import { NO_CONFIG } from './structure.ts'

export const entropy: DeviceType = {
  name: 'entropy',
  id: 4,
  source: 'virtio 1.4 §5.4',
  summary: 'random bytes',
  queues: [{ queues: [{ name: 'requestq', flow: 'to-driver' }] }],
  ...NO_CONFIG,
  features: [],
}
