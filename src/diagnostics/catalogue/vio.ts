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
      'The index of a queue follows from the names of those before it, in the order of the specification: a queue that is left out would move ' +
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
      'registers of a transport have nothing to act on here; indirect tables of descriptors would need room that the layout does not have.',
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
    effect: 'an end would write to an address where there is nothing',
    explain:
      'A device is in one region of shared memory; frontend and backend are two of the domains that have access to it.',
  },
  'VIO-007': {
    title: 'a device notifies by a channel between its ends',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'notifications would go to another domain, or nowhere: the device would stall',
    explain:
      'An event channel has two ends. Those that a device or its queues name join its frontend and its backend, in either order; each end notifies ' +
      'the other by its own port. Several queues, and several devices, may share a channel: then both ends look at all of them.',
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
    title: 'all of the type of device works over shared memory',
    severity: 'warning',
    acceptable: 'yes',
    explain: 'Part of what the type is for needs more than the region, or Xen has a way of its own.',
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
    title: 'a resource table lies at a multiple of 64 KiB in its guests',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'a guest with pages of 64 KiB would map the table together with what lies beside it',
    explain: 'domforge places regions of that size so by itself. Guests with pages of 4 KiB are not affected.',
    source: 'domforge; linux/drivers/remoteproc/remoteproc_core.c: rproc_add_carveout',
  },
  'VIO-013': {
    title: 'every buffer belongs to a queue',
    severity: 'warning',
    acceptable: 'yes',
    explain:
      'Buffers are distributed to the queues in proportion to their sizes, and a queue can have no more of them in flight than it has descriptors: ' +
      'the rest takes room and is never used. A queue without any has to get its buffers elsewhere in the region.',
  },
  'VIO-014': {
    title: 'names of devices are different in C',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'virtio.h and virtio.env name each number by its device, in capitals, with _ for what cannot be in an identifier. Two devices of one guest need two ' +
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
    title: 'the configuration counts the queues that there are',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver would use queues that are not there, or leave out some that are',
    explain:
      'A driver learns from the configuration how many queues there are: max-virtqueue-pairs, num-queues, num-request-queues, max-dataqueues, and ' +
      'max-nr-ports of a console, whose first port is the pair at the beginning. The fields follow from the queues; one that the manifest writes has to ' +
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
    title: 'a buffer holds what the device passes at once',
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
    effect: 'the second program could not bind the port (EBUSY), and would hear of nothing',
    explain:
      'A port belongs to one open file of /dev/xen/evtchn, and so to one program. Several devices can share a channel where one program serves all of them, ' +
      'or where neither end is Linux.',
    source: 'linux/drivers/xen/evtchn.c',
  },
  'VIO-023': {
    title: "a device in the layout of Zephyr is what Zephyr's backend makes of its memory",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: SILENT,
    explain:
      "Zephyr's backend zephyr,ipc-openamp-static-vrings is told an address, a size and the size of a buffer, and computes the rest: two queues of one " +
      'size, a buffer for each descriptor, everything one after the other, addresses that both ends use as they are. It speaks rpmsg, with the feature ns, and ' +
      'hears of messages by a mailbox alone. Only what comes out of that can be laid out for it.',
    source:
      'Zephyr 4.4 (the same since 3.5): subsys/ipc/ipc_service/backends/ipc_rpmsg_static_vrings.c, ipc_rpmsg_static_vrings.h; ' +
      'dts/bindings/ipc/zephyr,ipc-openamp-static-vrings.yaml',
  },
  'VIO-024': {
    title: 'every virtio-mmio device has an interrupt',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "The interrupts of such devices are INTIDs 33 to 43 of their driver's domain, so there are at most 11, without those that the domain is given otherwise. QEMU answers at ten of them, 33 to 42, whether each has a device or not: one is left beside it, 43.",
    source:
      'xen/include/public/arch-arm.h: GUEST_VIRTIO_MMIO_SPI_FIRST, GUEST_VIRTIO_MMIO_SPI_LAST; qemu/hw/xen/xen-pvh-common.c',
  },
  'VIO-025': {
    title: 'there is room for the registers of a virtio device',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Each device has 512 bytes of registers, where its domain has nothing else: from 0x2000000 on in a domain that Xen or xl lays out, in a hole of the ' +
      "host's map in a domain with direct-map. A QEMU takes ten windows in a row.",
    source: 'xen/include/public/arch-arm.h: GUEST_VIRTIO_MMIO_BASE, GUEST_VIRTIO_MMIO_SIZE',
  },
  'VIO-026': {
    title: 'the program of a virtio-mmio device runs where Xen lets it serve another domain',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the program could not attach (EPERM), and the driver would find nothing',
    explain:
      "Such a program asks Xen for an ioreq server of another domain and maps that domain's memory. Xen's default policy allows both to dom0, and from 4.21 on to a " +
      'domain with the capability control, which gives it authority over every domain. Grants take away the second need, not the first.',
    source: 'xen/include/xsm/dummy.h: xsm_dm_op; docs/misc/arm/device-tree/booting.txt: capabilities',
  },
  'VIO-027': {
    title: 'registers and interrupts of virtio devices are free in their domain',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'of two programs at one place the later one wins without any message',
    explain:
      'Where the manifest gives an address or an interrupt it must be free: no RAM, no other device, nothing that Xen emulates there. libxl numbers the devices of its ' +
      'domains by itself, and QEMU puts its windows one after the other.',
    source: 'xen/common/ioreq.c: ioreq_server_select; tools/libs/light/libxl_arm.c; qemu/hw/xen/xen-pvh-common.c',
  },
  'VIO-028': {
    title: "a virtio device's interrupt is one that its domain has",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the program could not raise the interrupt (EINVAL), and the driver would wait forever',
    explain:
      'nr-spis counts the shared interrupts of a domain from INTID 32 on; without it a domain that Xen starts has as many as the host. xl of 4.17 knows neither nr_spis nor virtio: its domains have the devices in a partial tree, ' +
      'and INTIDs 32 to 63 with the one of a virtual PL011, or of a device of the host.',
    source:
      'xen/arch/arm/dm.c: XEN_DMOP_set_irq_level; xen/arch/arm/vgic.c: domain_vgic_init; tools/libs/light/libxl_arm.c: libxl__arch_domain_prepare_config',
  },
  'VIO-029': {
    title: 'Xen is built for virtio-mmio devices',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'no program could attach, and the driver would find nothing, or die of a data abort',
    explain:
      'The registers of such a device are memory that Xen maps nowhere; each access is passed to a program in another domain, an ioreq server. A stock build for Arm has no ' +
      'such servers. This holds for devices of the manifest and for nodes that are compatible with virtio,mmio in a partial tree, without xen,reg.',
    source: 'xen/common/Kconfig: IOREQ_SERVER; xen/arch/arm/ioreq.c',
  },
  'VIO-030': {
    title: 'the driver of a virtio-mmio device looks for it when its program runs',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver would die of a data abort at its first access',
    explain:
      'Xen starts all its domains before any program in dom0. A driver that reads the registers then gets a data abort: Linux ends with an Oops in virtio_mmio_probe, and Zephyr, ' +
      'whose driver looks once at its start, ends as well. Linux can have the driver as a module that is loaded when the program is there. A domain that xl creates has to stay paused ' +
      'until its programs serve, which the supervisor of a lifecycle sees to.',
    source:
      'xen/arch/arm/io.c: try_handle_mmio; linux/drivers/virtio/virtio_mmio.c; zephyr/drivers/virtio/virtio_mmio.c',
  },
  'VIO-031': {
    title: 'one program is a virtio device',
    severity: 'error',
    acceptable: 'no: no right output',
    explain: 'backend-program names one of qemu, vhost-device and command, with what it is told.',
    source: 'domforge',
  },
  'VIO-032': {
    title: "a Linux guest's kernel has what its virtio devices need",
    severity: 'error',
    acceptable: 'no: no right output',
    effect:
      'the guest would lack the device; without the options for grants it would go on with all its memory open to the program, after "deferred probe timeout"',
    explain:
      'The driver of the device must be there, and for grants XEN_VIRTIO, XEN_GRANT_DMA_OPS and XEN_GRANT_DMA_IOMMU, which stock kernels of Debian lack. Only a kernel whose .config is given ' +
      '(kernel.config) is checked; linux.config lists the options.',
    source:
      'linux/drivers/virtio/Kconfig; linux/drivers/xen/Kconfig; linux/drivers/base/dd.c: driver_deferred_probe_check_state',
  },
  'VIO-033': {
    title: 'a program that is a virtio device is told what its type needs',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'backend-program.qemu has options forevery type that domforge can start there: drive, format and read-only for block, tap and mac for net, source for entropy, socket for console, path and ' +
      'tag for 9p, guest-cid for vsock. The first word of backend-program.command is the absolute path of the program. backend-program.vhost-device serves i2c (adapters, by number or name, with the addresses of their clients, each once) and gpio (the number of one chip): ' +
      'other daemons have no device in xen-vhost-frontend.',
    source:
      'qemu/hw/xen/xen-pvh-common.c; qemu/qemu-options.hx; vhost-device/vhost-device-i2c/src/main.rs, vhost-device-gpio/src/backend.rs; xen-vhost-frontend/src/supported_devices.rs',
  },
  'VIO-041': {
    title: 'the driver of a virtio-mmio device is in a guest',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver would find nothing',
    explain:
      "Xen lets a program answer for registers of a domain that it may control. Dom0's device tree is the host's, and what it reads there are the registers of the host.",
    source: 'xen/common/dm.c: dm_op; xen/include/xsm/dummy.h: xsm_dm_op',
  },
  'VIO-042': {
    title: 'what only one device can have is given to one',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the second program could not start, or would take it from the first',
    explain:
      'A tap device has one queue for one program, a context id of vsock belongs to one guest of a host, and a socket to the program that made it last.',
    source:
      'linux/drivers/net/tun.c: tun_attach (EBUSY); linux/drivers/vhost/vsock.c: vhost_vsock_set_cid (EADDRINUSE); qemu/util/qemu-sockets.c: unix_listen_saddr',
  },
  'VIO-043': {
    title: 'words in braces of a program stand for something',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'the program would be told the word in its braces',
    explain:
      'Of the arguments of backend-program.command these are replaced: {domain-id}, {ready}, {base}, {interrupt}, {vcpus} and {name}. All others stay as they are.',
    source: 'domforge',
  },
  'VIO-044': {
    title: "a domain's virtio-mmio devices are said in one place",
    severity: 'error',
    acceptable: 'no: no right output',
    effect:
      'guest and programs would be told other registers and interrupts than libxl makes, or two devices would have the same',
    explain:
      'libxl numbers what the configuration has, from 0x2000000 and INTID 33 on: disks with specification=virtio first, then virtio. domforge predicts that for the devices of the manifest, and puts them ' +
      'into the partial tree where libxl does not make them. With specification=virtio xl waits ten seconds for the program to write 2 to the key state of the disk, below backend/virtio_disk.',
    source:
      'tools/libs/light/libxl_arm.c: libxl__arch_domain_prepare_config; tools/libs/light/libxl_device.c: libxl__wait_device_connection',
  },
  'VIO-040': {
    title: 'xen-vhost-frontend can reach the guest of a daemon',
    severity: 'error',
    acceptable: 'no: no right output',
    effect:
      'xen-vhost-frontend would stop with an error, or the daemon would find no memory at the addresses that the driver gives',
    explain:
      'One xen-vhost-frontend has the daemons of all guests. It takes a device when its keys appear in xenstore, maps either all memory of guests or what they grant, and takes all memory for one range ' +
      'from 0x40000000, whose size it counts from the pages of the domain less four. Linux 6.7 in dom0 is the oldest that it runs on.',
    source:
      'xen-vhost-frontend/src/mmio.rs: map_foreign_region, get_dom_size; src/device.rs: XenDevice::new; README.md',
  },
  'VIO-034': {
    title: 'one program at a time writes a file or a block device',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the file system in it would be destroyed',
    explain:
      'A file system belongs to one kernel. Drives of virtio devices, disks and the root file system of dom0 are compared by their paths, a partition with the disk that it is on as well; links are not ' +
      'followed. Every script that starts a program also takes a lock on the file, and refuses to wait for it.',
    source: 'linux/Documentation/filesystems',
  },
  'VIO-035': {
    title: 'a program says when it serves its virtio device',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'a driver that looks too early dies of a data abort, or finds nothing and never looks again',
    explain:
      'The guest loads its driver when a key in xenstore says that the device is served. QEMU returns when it serves; another program is given a path in place of {ready}, and makes a file there.',
    source: 'linux/drivers/virtio/virtio_mmio.c: virtio_mmio_probe',
  },
  'VIO-036': {
    title: 'a guest has at most 8 programs for its virtio devices',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: 'the ninth program could not attach (EMFILE or ENOSPC)',
    explain:
      'Each program is an ioreq server, of which Xen has 8 for one guest. A QEMU is one for all its devices. Xen does not see a program end: one that is killed keeps its place until the guest is destroyed, ' +
      'so with N programs a guest outlives 8 - N kills.',
    source: 'xen/include/xen/sched.h: MAX_NR_IOREQ_SERVERS; xen/common/ioreq.c: ioreq_server_create',
  },
  'VIO-037': {
    title: 'nothing loads the driver of a virtio-mmio device before the device is served',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'the driver would die of a data abort at its first access',
    explain:
      "udev loads the module of every device that it finds in the guest's tree, at once. With modprobe.blacklist=virtio_mmio among the kernel's arguments only a modprobe by name loads it: " +
      'metadata.cpio brings a script that waits for the programs and does so. A ramdisk without udev needs no such argument.',
    source: 'modprobe.d(5): blacklist; kernel-command-line(7): modprobe.blacklist',
  },
  'VIO-039': {
    title: 'a driver that is to grant its pages can',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the device would not work: the program treats the addresses that it is given as grants',
    explain:
      "With grants the driver puts references to grants in place of addresses, and accepts the feature ACCESS_PLATFORM. Zephyr's driver of virtio,mmio does neither.",
    source: 'zephyr/drivers/virtio/virtio_mmio.c: virtio_mmio_write_addr64, virtio_mmio_init_common',
  },
}))
