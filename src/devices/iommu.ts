/** IOMMU device (virtio 1.4 §5.13). */
import { type DeviceType, le32, le64, u8 } from './device-type.ts'
import { field, reserved, structure } from './structure.ts'

export const iommu: DeviceType = {
  name: 'iommu',
  id: 23,
  source: 'virtio 1.4 §5.13',
  summary: 'translation of the addresses of other devices',
  queues: [
    {
      queues: [
        { name: 'requestq', flow: 'both' },
        { name: 'eventq', flow: 'to-driver' },
      ],
    },
  ],
  ...structure([
    field('page-size-mask', le64),
    field('input-range-start', le64, { feature: 'input-range' }),
    field('input-range-end', le64, { feature: 'input-range' }),
    field('domain-range-start', le32, { feature: 'domain-range' }),
    field('domain-range-end', le32, { feature: 'domain-range' }),
    field('probe-size', le32, { feature: 'probe' }),
    field('bypass', u8, { feature: 'bypass-config', writer: 'driver' }),
    reserved(3),
  ]),
  features: [
    { name: 'input-range', bit: 0 },
    { name: 'domain-range', bit: 1 },
    { name: 'map-unmap', bit: 2 },
    { name: 'bypass', bit: 3 },
    { name: 'probe', bit: 4 },
    { name: 'mmio', bit: 5 },
    { name: 'bypass-config', bit: 6 },
  ],
  unsuitable: {
    verdict: 'refused',
    reason: 'Xen keeps the IOMMU of the machine for itself and translates for every domain',
    help: 'pass the device through with a partial device tree: Xen programs the IOMMU for it',
  },
}
