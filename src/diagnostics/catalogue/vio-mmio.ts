import { family } from './entry.ts'

/** Virtio devices with the guest's stock driver: virtio-mmio, and the programs that serve it. */
export const vioMmio = family(() => ({
  'VIO-024': {
    title: 'every virtio-mmio device has an interrupt',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      "The interrupts of such devices are INTIDs 33 to 43 of their driver's domain, so there are at most 11, less those that the domain uses otherwise. QEMU takes ten of them, 33 to 42, however many devices it has: only 43 is left besides.",
    source:
      'xen/include/public/arch-arm.h: GUEST_VIRTIO_MMIO_SPI_FIRST, GUEST_VIRTIO_MMIO_SPI_LAST; qemu/hw/xen/xen-pvh-common.c',
  },
  'VIO-025': {
    title: 'the guest has room for the registers of a virtio device',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'Each device has 512 bytes of registers, where its domain has nothing else: from 0x2000000 on in a domain that Xen or xl lays out, in a gap of the ' +
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
      'domain with the capability control, which gives it authority over every domain. With grants it need not map the memory, but it still needs the ioreq server.',
    source: 'xen/include/xsm/dummy.h: xsm_dm_op; docs/misc/arm/device-tree/booting.txt: capabilities',
  },
  'VIO-027': {
    title: 'registers and interrupts of virtio devices are free in their domain',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'if two programs claim one place, the later one wins without any message',
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
      'nr-spis counts the shared interrupts of a domain from INTID 32 on; without it a domain that Xen starts has as many as the host. xl of 4.17 knows neither nr_spis nor virtio: its domains get the devices through a partial tree, ' +
      'and INTIDs 32 to 63 with the one of a virtual PL011, or of a device of the host.',
    source:
      'xen/arch/arm/dm.c: XEN_DMOP_set_irq_level; xen/arch/arm/vgic.c: domain_vgic_init; tools/libs/light/libxl_arm.c: libxl__arch_domain_prepare_config',
  },
  'VIO-029': {
    title: 'Xen is built for virtio-mmio devices',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'no program could attach, and the driver would find nothing, or die from a data abort',
    explain:
      'The registers of such a device are not mapped; each access is passed to a program in another domain, an ioreq server. A stock build for Arm has no ' +
      'such servers. This holds for devices of the manifest and for nodes that are compatible with virtio,mmio in a partial tree, without xen,reg.',
    source: 'xen/common/Kconfig: IOREQ_SERVER; xen/arch/arm/ioreq.c',
  },
  'VIO-030': {
    title: 'the driver of a virtio-mmio device does not probe it before its program runs',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the driver would die from a data abort at its first access',
    explain:
      'Xen starts all its domains before any program in dom0. A driver that reads the registers then gets a data abort: Linux ends with an Oops in virtio_mmio_probe, and Zephyr, ' +
      'whose driver probes once at its start, ends as well. Linux can have the driver as a module that is loaded when the program is there. A domain that xl creates has to stay paused ' +
      'until its programs serve, which the supervisor of a lifecycle sees to.',
    source:
      'xen/arch/arm/io.c: try_handle_mmio; linux/drivers/virtio/virtio_mmio.c; zephyr/drivers/virtio/virtio_mmio.c',
  },
  'VIO-031': {
    title: 'each virtio device has one program',
    severity: 'error',
    acceptable: 'no: no right output',
    explain: 'backend-program names one of qemu, vhost-device and command, with its settings.',
    source: 'domforge',
  },
  'VIO-032': {
    title: "a Linux guest's kernel has what its virtio devices need",
    severity: 'error',
    acceptable: 'no: no right output',
    effect:
      'the guest would lack the device; without the options for grants it would continue after "deferred probe timeout", with all its memory open to the program',
    explain:
      'The driver of the device must be there, and for grants XEN_VIRTIO, XEN_GRANT_DMA_OPS and XEN_GRANT_DMA_IOMMU, which stock kernels of Debian lack. Only a kernel whose .config is given ' +
      '(kernel.config) is checked; linux.config lists the options.',
    source:
      'linux/drivers/virtio/Kconfig; linux/drivers/xen/Kconfig; linux/drivers/base/dd.c: driver_deferred_probe_check_state',
  },
  'VIO-033': {
    title: 'the program of a virtio device has the settings that its type needs',
    severity: 'error',
    acceptable: 'no: no right output',
    explain:
      'backend-program.qemu has options for every type that domforge can start there: drive, format and read-only for block, tap and mac for net, source for entropy, socket for console, path and ' +
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
      "Xen lets a program emulate registers for a domain that it controls. Dom0 cannot be one: it sees the host's own registers.",
    source: 'xen/common/dm.c: dm_op; xen/include/xsm/dummy.h: xsm_dm_op',
  },
  'VIO-042': {
    title: 'tap devices, vsock context ids and sockets are used by one device each',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the second program could not start, or would take over what the first has',
    explain:
      'A tap device has one queue for one program, a context id of vsock belongs to one guest of a host, and a socket to the last program that created it.',
    source:
      'linux/drivers/net/tun.c: tun_attach (EBUSY); linux/drivers/vhost/vsock.c: vhost_vsock_set_cid (EADDRINUSE); qemu/util/qemu-sockets.c: unix_listen_saddr',
  },
  'VIO-043': {
    title: 'placeholders in backend-program.command are known',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'the program would get the word with its braces',
    explain:
      'Of the arguments of backend-program.command these are replaced: {domain-id}, {ready}, {base}, {interrupt}, {vcpus} and {name}. All others are passed on as they are.',
    source: 'domforge',
  },
  'VIO-044': {
    title: "a domain's virtio-mmio devices are given in one place",
    severity: 'error',
    acceptable: 'no: no right output',
    effect:
      'guest and programs would be given other registers and interrupts than libxl assigns, or two devices would have the same',
    explain:
      'libxl numbers what the configuration has, from 0x2000000 and INTID 33 on: disks with specification=virtio first, then virtio. domforge predicts that for the devices of the manifest, and puts them ' +
      'into the partial tree where libxl does not create them. With specification=virtio xl waits ten seconds for the program to write 2 to the key state of the disk, below backend/virtio_disk.',
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
      'One xen-vhost-frontend serves the daemons of all guests. It picks a device up when its keys appear in xenstore, maps either all memory of guests or what they grant, and assumes that all memory is one range ' +
      'from 0x40000000, of the pages of the domain less four. It needs Linux 6.7 or newer in dom0.',
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
    effect: 'a driver that probes too early dies from a data abort, or finds nothing and never tries again',
    explain:
      'The guest loads its driver when a key in xenstore says that the device is served. QEMU daemonizes when it is ready; another program gets a path in place of {ready}, and creates a file there.',
    source: 'linux/drivers/virtio/virtio_mmio.c: virtio_mmio_probe',
  },
  'VIO-036': {
    title: 'a guest has at most 8 programs for its virtio devices',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: 'the ninth program could not attach (EMFILE or ENOSPC)',
    explain:
      'Each program is an ioreq server, of which Xen has 8 for one guest. A QEMU is one for all its devices. Xen does not notice that a program ends: one that is killed keeps its slot until the guest is destroyed, ' +
      'so with N programs a guest outlives 8 - N kills.',
    source: 'xen/include/xen/sched.h: MAX_NR_IOREQ_SERVERS; xen/common/ioreq.c: ioreq_server_create',
  },
  'VIO-037': {
    title: 'nothing loads the driver of a virtio-mmio device before the device is served',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'the driver would die from a data abort at its first access',
    explain:
      "udev loads the module of every device that it finds in the guest's tree, at once. With modprobe.blacklist=virtio_mmio among the kernel's arguments only a modprobe by name loads it: " +
      'metadata.cpio brings a script that waits for the programs and does so. A ramdisk without udev needs no such argument.',
    source: 'modprobe.d(5): blacklist; kernel-command-line(7): modprobe.blacklist',
  },
  'VIO-039': {
    title: 'a driver that has to grant its pages supports grants',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the device would not work: the program treats the addresses that it is given as grants',
    explain:
      "With grants the driver uses grant references as addresses, and accepts the feature ACCESS_PLATFORM. Zephyr's driver of virtio,mmio does neither.",
    source: 'zephyr/drivers/virtio/virtio_mmio.c: virtio_mmio_write_addr64, virtio_mmio_init_common',
  },
}))
