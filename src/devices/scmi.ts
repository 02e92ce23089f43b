/** SCMI device (virtio 1.4 §5.17). */
import type { DeviceType } from './device-type.ts'
import { NO_CONFIG } from './structure.ts'

export const scmi: DeviceType = {
  name: 'scmi',
  id: 32,
  source: 'virtio 1.4 §5.17',
  summary: 'clocks, power and sensors of the machine',
  queues: [
    { queues: [{ name: 'cmdq', flow: 'both' }] },
    { queues: [{ name: 'eventq', flow: 'to-driver' }], feature: 'p2a-channels' },
  ],
  ...NO_CONFIG,
  features: [
    { name: 'p2a-channels', bit: 0 },
    { name: 'shared-memory', bit: 1 },
  ],
  unsuitable: {
    verdict: 'warning',
    reason: 'Xen itself can pass SCMI to one domain (xen,sci_type, from 4.21 on)',
    help: 'if several domains need it, let the backend own the firmware interface and decide who may ask for what',
  },
}
