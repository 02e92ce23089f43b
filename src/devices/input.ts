/** Input device (virtio 1.4 §5.8). */
import { type DeviceType, u8 } from './device-type.ts'
import { field, reserved, structure } from './structure.ts'

export const input: DeviceType = {
  name: 'input',
  id: 18,
  source: 'virtio 1.4 §5.8',
  summary: 'keys, pointers and touch screens',
  queues: [
    {
      queues: [
        { name: 'eventq', flow: 'to-driver' },
        { name: 'statusq', flow: 'to-device' },
      ],
    },
  ],
  ...structure([
    field('select', u8, { writer: 'driver' }),
    field('subsel', u8, { writer: 'driver' }),
    field('size', u8),
    reserved(5),
    reserved(128),
  ]),
  features: [],
}
