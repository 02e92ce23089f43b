/** RTC device (virtio 1.4 §5.23). */
import type { DeviceType } from './device-type.ts'
import { NO_CONFIG } from './structure.ts'

export const rtc: DeviceType = {
  name: 'rtc',
  id: 17,
  source: 'virtio 1.4 §5.23',
  summary: 'clocks of the other end',
  queues: [
    { queues: [{ name: 'requestq', flow: 'both' }] },
    { queues: [{ name: 'alarmq', flow: 'to-driver' }], feature: 'alarm' },
  ],
  ...NO_CONFIG,
  features: [{ name: 'alarm', bit: 0 }],
}
