/** GPU device (virtio 1.4 §5.7). */
import { type DeviceType, le32 } from './device-type.ts'
import { field, structure } from './structure.ts'

export const gpu: DeviceType = {
  name: 'gpu',
  id: 16,
  source: 'virtio 1.4 §5.7',
  summary: 'a display',
  queues: [
    {
      queues: [
        { name: 'controlq', flow: 'both' },
        { name: 'cursorq', flow: 'both', mayLackAnswers: true },
      ],
    },
  ],
  ...structure([
    field('events-read', le32),
    field('events-clear', le32, { writer: 'driver' }),
    field('num-scanouts', le32),
    field('num-capsets', le32),
    field('blob-alignment', le32, { feature: 'blob-alignment' }),
  ]),
  features: [
    { name: 'virgl', bit: 0 },
    { name: 'edid', bit: 1 },
    { name: 'resource-uuid', bit: 2 },
    { name: 'resource-blob', bit: 3 },
    { name: 'context-init', bit: 4 },
    { name: 'blob-alignment', bit: 5 },
  ],
  unsuitable: {
    verdict: 'warning',
    reason: 'its images are in guest memory outside the region unless the driver uses buffers of the region for them',
    help: 'write a driver that backs its resources with the buffers of the device',
  },
}
