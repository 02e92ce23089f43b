/**
 * How ends use the layout `zephyr-static-vrings`: what Zephyr's own backend does, and what its build needs besides the overlay. `explain` prints it, and
 * `virtio.h` has it as a comment for an end that is not Zephyr.
 */
import type { ProtocolRule } from './static-vrings-protocol.ts'

/** In the order in which an end meets them. */
export const ZEPHYR_STATIC_VRINGS_PROTOCOL: readonly ProtocolRule[] = [
  {
    topic: 'roles',
    text: 'The frontend is the driver: role "host" in Zephyr, VIRTIO_DEV_DRIVER in OpenAMP. The backend is the device: "remote". Queue 0 goes to the driver, queue 1 to the device; queue 1 comes first in memory.',
  },
  {
    topic: 'status',
    text: 'The first byte is the status, which the driver alone writes. The driver writes 0 before anything else, and only then may the device start: what the memory holds from an earlier run looks like a driver that is ready, and Xen does not clear it. Zephyr: CONFIG_IPC_SERVICE_BACKEND_RPMSG_SHMEM_RESET in the driver.',
  },
  {
    topic: 'driver',
    text: 'The driver clears the rings, makes the buffers of queue 0 available and writes DRIVER_OK (4) to the status, after a release barrier. The device touches nothing before it has read that, and reads the rings after an acquire barrier. Addresses in descriptors are guest-physical, the same in both guests.',
  },
  {
    topic: 'notifications',
    text: 'An end that sent or gave back a buffer notifies the other by its channel to send on; what it hears on the other is for the queue to it. The driver sends on the channel of queue 1 and listens to that of queue 0, the device the other way round; both may be one channel.',
  },
  {
    topic: 'Zephyr',
    text: 'A build of Zephyr needs, besides virtio.overlay: CONFIG_IPC_SERVICE_STATIC_VRINGS_MEM_ALIGNMENT=64, CONFIG_XEN_EVENTS where there is such an option, a driver of the class mbox over event channels for the node domforge,event-channels (Zephyr has none; its cell is the port), and an entry in mmu_regions that maps the region at its own address, normal and write-back. examples/zephyr-link says how.',
  },
  {
    topic: 'restart',
    text: 'Neither end may start again alone: there is nothing in the memory that tells one run of an end from the next. The layout static-vrings is for ends that restart by themselves.',
  },
]
