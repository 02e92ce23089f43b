/** Memory device (virtio 1.4 §5.15). */
import { type DeviceType, le16, le64 } from './device-type.ts'
import { field, reserved, structure } from './structure.ts'

export const mem: DeviceType = {
  name: 'mem',
  id: 24,
  source: 'virtio 1.4 §5.15',
  summary: 'memory that comes and goes in blocks',
  queues: [{ queues: [{ name: 'guest-request', flow: 'both' }] }],
  ...structure([
    field('block-size', le64),
    field('node-id', le16, { feature: 'acpi-pxm' }),
    reserved(6),
    field('addr', le64),
    field('region-size', le64),
    field('usable-region-size', le64),
    field('plugged-size', le64),
    field('requested-size', le64),
  ]),
  features: [
    { name: 'acpi-pxm', bit: 0 },
    { name: 'unplugged-inaccessible', bit: 1 },
    { name: 'persistent-suspend', bit: 2 },
  ],
  unsuitable: {
    verdict: 'refused',
    reason: 'it adds pages to the guest, which only Xen can do',
    help: 'set the memory of the domain, which is fixed in a partitioned system',
  },
}
