import { family } from './entry.ts'

const SILENT = 'driver and device would not understand each other, without any message'

/** Virtio devices over static shared memory. */
export const vio = family(() => ({
  'VIO-001': {
    title: 'a virtio device fits into its region',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'In the layout static-vrings a device takes a header of 192 bytes, its configuration, the parts of each queue and its buffers, each from a multiple of 64 on, so that ' +
      'nothing that one end writes shares a cache line with what the other writes. A split queue of N descriptors takes 16 N, 6 + 2 N and 6 + 8 N bytes, a ' +
      'buffer its size rounded up to a multiple of 64. In the layout resource-table the table, each queue and the buffers take whole pages of 64 KiB. Several ' +
      'devices can share a region as long as there is room.',
    source: 'virtio 1.4 §2.7, §2.8',
  },
  'VIO-002': {
    title: 'a split queue has a power of two of descriptors, at most 32768',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: SILENT,
    explain:
      'Indices into a split queue count up and are taken modulo its size, which works for powers of two. With the feature ring-packed any number ' +
      'up to 32768 will do.',
    source: 'virtio 1.4 §2.7, §2.8',
  },
  'VIO-003': {
    title: 'a device has the queues of its type and its features',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: SILENT,
    explain:
      'The index of a queue follows from the names of those before it, in the order of the specification: leaving out a queue would renumber ' +
      'all after it. Some queues come with a feature. Where there may be several, they are numbered (rx1, tx1, rx2, tx2); with one the number may be ' +
      'left out. Without the key queues there is one of each, with 64 descriptors.',
    source: 'virtio 1.4 §5',
  },
  'VIO-004': {
    title: 'features exist for the type, have what they need, and can be carried by the layout',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: SILENT,
    explain:
      'Nothing is negotiated at run time: both ends are built for these features. version-1, access-platform and order-platform are always on in ' +
      'the layout static-vrings, since addresses are offsets into the region and barriers have to order memory between CPUs. Features that concern ' +
      'registers of a transport have no effect here; indirect descriptor tables would need room that the layout does not have.',
    source: 'virtio 1.4 §5, §6',
  },
  'VIO-005': {
    title: 'configuration fields exist for the type and can hold their values',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: SILENT,
    explain:
      'The configuration structure is written by the backend before the driver may begin. Fields have the names of the specification, with - for _, and ' +
      'the name of a structure inside the structure before those of its members. Some have a meaning only with a feature.',
    source: 'virtio 1.4 §5',
  },
  'VIO-006': {
    title: 'both ends of a device have access to its region, and differ',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'one end would write to an address where there is nothing',
    explain:
      'A device is in one region of shared memory; frontend and backend are two of the domains that have access to it.',
  },
  'VIO-007': {
    title: 'the event channel of a device connects its two ends',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'notifications would go to another domain, or nowhere: the device would stall',
    explain:
      'An event channel has two ends. Those that a device or its queues name join its frontend and its backend, in either order; each end notifies ' +
      'the other by its own port. Several queues, and several devices, may share a channel: then both ends check all of them.',
  },
  'VIO-008': {
    title: 'the type of device can be served by a domain',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Over static shared memory a device can act on what is in the region, and on nothing else; a program that serves registers reaches the memory that the guest has. Types that change ' +
      'the memory of the guest, or translate the addresses of its other devices, would have to change what only Xen can change.',
    source: 'virtio 1.4 §5',
  },
  'VIO-009': {
    title: 'everything that a type of device does works over shared memory',
    severity: 'warning',
    acceptable: 'yes',
    explain: 'Part of what the type does needs more than the region, or Xen has its own mechanism for it.',
    source: 'virtio 1.4 §5',
  },
  'VIO-010': {
    title: 'the end that writes first initialises the memory of its device',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'what the other end waits for would be overwritten, or taken from an earlier run',
    explain:
      'Shared memory contains whatever was there before, and the backend of a device writes its header or its table first; in the layout zephyr-static-vrings ' +
      'the frontend clears the status. initialised-by of the region names the same domain, or is left out if devices of several are in the region.',
  },
  'VIO-011': {
    title: 'a resource table describes what fits into 32 bits',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: SILENT,
    explain:
      'The tables of remoteproc and OpenAMP have addresses and features of 32 bits, and queues in the legacy layout. The driver puts the addresses ' +
      'of its own guest into descriptors: both ends must see the region at the same address, below 4 GiB. The layout static-vrings has none ' +
      'of these limits.',
    source: 'linux/include/linux/rsc_table.h: struct fw_rsc_vdev, struct fw_rsc_vdev_vring',
  },
  'VIO-012': {
    title: 'devices do not overlap in their region',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: SILENT,
    explain:
      'offset says where in the region a device begins: a multiple of 64, so that the ends do not share cache lines (of 64 KiB in the layout resource-table, so ' +
      'that nothing shares a page with it), with all of the device inside the region and apart from other devices. Without it domforge takes the lowest free range, and keeps it in the lock file.',
  },
  'VIO-038': {
    title: 'a resource table is at a multiple of 64 KiB in its guests',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'a guest with pages of 64 KiB would map the table together with what is next to it',
    explain: 'domforge places regions of that size so by itself. Guests with pages of 4 KiB are not affected.',
    source: 'domforge; linux/drivers/remoteproc/remoteproc_core.c: rproc_add_carveout',
  },
  'VIO-013': {
    title: 'every buffer belongs to a queue',
    severity: 'warning',
    acceptable: 'yes',
    explain:
      'Buffers are distributed among the queues in proportion to their sizes, and a queue can have no more of them in flight than it has descriptors: ' +
      'any more would never be used. A queue without any has to get its buffers elsewhere in the region.',
  },
  'VIO-014': {
    title: 'devices of one guest have different C identifiers',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'virtio.h and virtio.env name each number by its device, in capitals, with _ for characters that an identifier cannot have. Two devices of one guest need two ' +
      'names.',
  },
  'VIO-015': {
    title: 'a Linux guest gets its metadata at boot',
    severity: 'note',
    acceptable: 'yes',
    explain:
      'The boot script loads metadata.cpio right after the ramdisk of a guest, whose kernel unpacks both. Where a guest has neither a ramdisk nor a partial ' +
      'device tree, its programs are built with virtio.h, or its image has virtio.json from the start.',
  },
  'VIO-016': {
    title: 'Zephyr reaches the regions of its devices',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'Zephyr would fault when it maps the region',
    explain:
      'Zephyr on Arm64 uses 32 bits of virtual and physical addresses unless CONFIG_ARM64_VA_BITS and CONFIG_ARM64_PA_BITS say more. Regions below ' +
      '4 GiB in the guest are within reach.',
    source: 'zephyr/arch/arm64/core/Kconfig',
  },
  'VIO-017': {
    title: 'the configuration gives the number of queues that the device has',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver would use queues that are not there, or leave out some that are',
    explain:
      'A driver learns from the configuration how many queues there are: max-virtqueue-pairs, num-queues, num-request-queues, max-dataqueues, and ' +
      'max-nr-ports of a console, whose first port is the pair at the beginning. The fields follow from the queues; one that the manifest gives has to ' +
      'say the same. Some exist only with a feature, such as mq: without it there is one of each.',
    source: 'virtio 1.4 §5.1.4, §5.2.4, §5.3.4, §5.6.4, §5.9.4, §5.11.4',
  },
  'VIO-018': {
    title: 'a queue with answers has two descriptors or more',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver could not put a single request into the queue',
    explain:
      'A descriptor is for reading or for writing: a request and its answer take two of them in one chain, and a chain is no longer than its queue. Tables of ' +
      'descriptors outside the queue (indirect-desc) are not possible here.',
    source: 'virtio 1.4 §2.7.4, §2.7.5',
  },
  'VIO-019': {
    title: 'a buffer holds the largest message of the device',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the device would drop what does not fit, or the driver could not ask for it',
    explain:
      'In the layout static-vrings a message to the driver is in one buffer. Without mrg-rxbuf a network device puts a frame there after a header of 12 bytes (20 with hash-report): 1526 bytes for an MTU of 1500, ' +
      'more or less where the configuration says another mtu, 65562 where the device may merge frames (guest-tso4, guest-tso6, guest-ufo, guest-uso4, ' +
      'guest-uso6). A disk is read and written in sectors of 512 bytes. A message of rpmsg has a header of 16 bytes, and one that announces a name (ns) 40 more, in every layout.',
    source: 'virtio 1.4 §5.1.6.3.1, §5.2.4; Linux drivers/rpmsg/virtio_rpmsg_bus.c',
  },
  'VIO-020': {
    title: 'Linux can use the queues of a resource table',
    severity: 'warning',
    acceptable: 'yes',
    explain:
      "Linux' remoteproc takes two queues of a device in a resource table, and its rpmsg driver makes as many buffers for sending as for receiving. A program " +
      'of your own that reads the table in a Linux guest need not have that limit: then accept the finding.',
    source:
      'linux/include/linux/remoteproc.h: RVDEV_NUM_VRINGS; linux/drivers/remoteproc/remoteproc_core.c: rproc_handle_vdev; ' +
      'linux/drivers/rpmsg/virtio_rpmsg_bus.c: rpmsg_probe',
  },
  'VIO-021': {
    title: "buffers of an rpmsg device have the size of Linux' own",
    severity: 'note',
    acceptable: 'yes',
    explain:
      "Linux' rpmsg driver makes its own buffers of 512 bytes, as many as both queues have descriptors and at most 512, from the memory called " +
      'vdev0buffer. The other end learns their size from the descriptors; a program that takes the size from virtio.h would be wrong.',
    source: 'linux/drivers/rpmsg/virtio_rpmsg_bus.c: MAX_RPMSG_BUF_SIZE, MAX_RPMSG_NUM_BUFS',
  },
  'VIO-022': {
    title: 'devices of a Linux guest have event channels of their own',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'the second program could not bind the port (EBUSY), and would get no notifications',
    explain:
      'A port belongs to one open file of /dev/xen/evtchn, and so to one program. Several devices can share a channel where one program serves all of them, ' +
      'or where neither end is Linux.',
    source: 'linux/drivers/xen/evtchn.c',
  },
  'VIO-023': {
    title: "a device in the layout zephyr-static-vrings matches what Zephyr's backend computes",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: SILENT,
    explain:
      "Zephyr's backend zephyr,ipc-openamp-static-vrings is given an address, a size and the size of a buffer, and computes the rest: two queues of one " +
      'size, a buffer for each descriptor, everything one after the other, addresses that both ends use as they are. It speaks rpmsg, with the feature ns, and ' +
      'is notified only by a mailbox. Only what it computes can be laid out for it.',
    source:
      'Zephyr 4.4 (the same since 3.5): subsys/ipc/ipc_service/backends/ipc_rpmsg_static_vrings.c, ipc_rpmsg_static_vrings.h; ' +
      'dts/bindings/ipc/zephyr,ipc-openamp-static-vrings.yaml',
  },
}))
