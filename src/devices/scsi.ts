/** SCSI host device (virtio 1.4 §5.6). */
import { type DeviceType, le16, le32 } from './device-type.ts'
import { field, structure } from './structure.ts'

export const scsi: DeviceType = {
  name: 'scsi',
  id: 8,
  source: 'virtio 1.4 §5.6',
  summary: 'logical units behind one adapter',
  queues: [
    {
      queues: [
        { name: 'controlq', flow: 'both' },
        { name: 'eventq', flow: 'to-driver' },
      ],
    },
    {
      queues: [{ name: 'requestq', flow: 'both' }],
      repeats: { first: 1, counted: { field: 'num-queues', besides: 0 } },
    },
  ],
  ...structure([
    field('num-queues', le32),
    field('seg-max', le32),
    field('max-sectors', le32),
    field('cmd-per-lun', le32),
    field('event-info-size', le32),
    field('sense-size', le32, { writer: 'driver' }),
    field('cdb-size', le32, { writer: 'driver' }),
    field('max-channel', le16),
    field('max-target', le16),
    field('max-lun', le32),
  ]),
  features: [
    { name: 'inout', bit: 0 },
    { name: 'hotplug', bit: 1 },
    { name: 'change', bit: 2 },
    { name: 't10-pi', bit: 3 },
  ],
}
