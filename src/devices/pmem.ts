/** Persistent memory device (virtio 1.4 §5.19). */
import { type DeviceType, le64 } from './device-type.ts'
import { field, structure } from './structure.ts'

export const pmem: DeviceType = {
  name: 'pmem',
  id: 27,
  source: 'virtio 1.4 §5.19',
  summary: 'persistent memory',
  queues: [{ queues: [{ name: 'req-vq', flow: 'both' }] }],
  ...structure([field('start', le64), field('size', le64)]),
  features: [{ name: 'shmem-region', bit: 0 }],
  unsuitable: {
    verdict: 'refused',
    reason: 'its memory is mapped into the guest, which only Xen can do',
    help: 'share the memory as a region of its own, under shared-memory',
  },
}
