import { NOT_CREATED } from './effects.ts'
import { family } from './entry.ts'

/** Devices in xl's configurations. */
export const xlDevices = family(() => ({
  'XL-023': {
    title: 'irqs does not name an interrupt of a virtio device',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'libxl gives virtio devices, disks first, the interrupts from 33 on, one each.',
    source: 'tools/libs/light/libxl_arm.c: libxl__arch_domain_prepare_config',
  },
  'XL-024': {
    title: 'irqs names shared interrupts, each once, and none that Xen uses',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain:
      "Only interrupts from 32 on are shared; those below belong to a CPU. That of the console is Xen's. If a device lists an interrupt twice, list it once here.",
    source: 'xen/arch/arm/irq.c: route_irq_to_guest; xen/arch/arm/vgic.c: vgic_reserve_virq',
  },
  'XL-025': {
    title: 'a domain has at most eleven virtio devices with registers',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'Disks with specification=virtio count too. Interrupts 33 to 43 are for them.',
    source: 'tools/libs/light/libxl_arm.c: alloc_virtio_mmio_irq',
  },
  'XL-026': {
    title: 'virtio has only parts that xl knows',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'They are backend, type, transport and grant_usage.',
    source: 'tools/xl/xl_parse.c: parse_virtio_config',
  },
  'XL-027': {
    title: 'type=virtio in virtio is followed by ,deviceN',
    severity: 'error',
    acceptable: 'yes',
    effect: 'xl would crash',
    explain:
      'The type of a virtio device is a compatible of device trees, which has a comma: xl takes the part after the next comma too, and does not check that there is one.',
    source: 'tools/xl/xl_parse.c: parse_virtio_list',
  },
  'XL-028': {
    title: 'a virtio device has a type',
    severity: 'error',
    acceptable: 'yes',
    effect: 'xl would crash',
    explain: 'libxl compares the type without checking that there is one.',
    source: 'tools/libs/light/libxl_arm.c: make_virtio_mmio_node_device',
  },
  'XL-029': {
    title: 'the type of a virtio device is virtio,deviceN',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'N is the number of the device in hexadecimal: virtio,device22 is I2C. libxl writes it as a compatible.',
    source: 'tools/libs/light/libxl_arm.c: make_virtio_mmio_node_device',
  },
  'XL-030': {
    title: 'a virtio device has a transport',
    severity: 'error',
    acceptable: 'yes',
    effect: 'the domain would start without the device',
    explain: 'Without transport=mmio libxl gives the device neither registers nor an interrupt.',
    source: 'tools/libs/light/libxl_arm.c: libxl__arch_domain_prepare_config',
  },
  'XL-031': {
    title: 'the transport of a virtio device is mmio',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'There is no other on Arm.',
    source: 'tools/libs/light/libxl_types.idl: virtio_transport',
  },
  'XL-032': {
    title: 'grant_usage is a number',
    severity: 'error',
    acceptable: 'yes',
    effect: 'xl would read it as 0: the backend would map all memory of the guest',
    explain: '1 is on, 0 is off; xl reads anything but a number as 0.',
    source: 'tools/xl/xl_parse.c: parse_virtio_config',
  },
  'XL-034': {
    title: 'Xen is built with IOREQ_SERVER for virtio devices',
    severity: 'error',
    acceptable: 'yes',
    effect: 'no backend could serve the device: the guest would fail at its first access',
    explain: 'Backends of virtio devices with registers serve them as ioreq servers, which a stock build on Arm lacks.',
    source: 'xen/common/Kconfig: IOREQ_SERVER',
  },
  'XL-035': {
    title: 'a disk has specification=virtio with backendtype=standalone alone',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'The others are for the Xen block protocol, and standalone is for virtio.',
    source: 'tools/libs/light/libxl_device.c: disk_try_backend',
  },
  'XL-036': {
    title: 'a virtio disk is raw and has no script',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'A standalone backend opens its file or device by itself.',
    source: 'tools/libs/light/libxl_device.c: disk_try_backend',
  },
  'XL-037': {
    title: 'a disk has a vdev, of its own',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'xvda, sda1, hdb, d2p3 or a number.',
    source:
      'tools/libs/util/libxlu_disk.c: xlu_disk_parse; tools/libs/light/libxl_device.c: libxl__device_disk_dev_number',
  },
  'XL-038': {
    title: 'a disk has a target',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'Only a CD-ROM drive may be empty.',
    source: 'tools/libs/util/libxlu_disk.c: xlu_disk_parse',
  },
  'XL-039': {
    title: 'xl can read a disk',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain:
      'Parts are known words and KEY=VALUE; without a key, target, format, vdev and access in this order. target= takes the rest of the line.',
    source: 'tools/libs/util/libxlu_disk_l.l, libxlu_disk.c',
  },
  'XL-041': {
    title: 'iomem lists pages in hexadecimal',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'START,COUNT or START,COUNT@GUEST, in pages of 4 KiB: address 0xff0e0000 is page ff0e0.',
    source: 'tools/xl/xl_parse.c: parse_config_data',
  },
  'XL-042': {
    title: 'iomem has neither RAM of the host nor devices that Xen uses',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain:
      'dom0 may give away only registers of devices, and not those of the interrupt controller or of the serial port that Xen uses.',
    source: 'xen/arch/arm/device.c: map_range_to_domain; xen/common/domctl.c: XEN_DOMCTL_iomem_permission',
  },
  'XL-043': {
    title: 'iomem does not cover what the guest has at fixed addresses',
    severity: 'error',
    acceptable: 'yes',
    effect: 'the guest would see the device in place of its RAM, its interrupt controller or its console',
    explain:
      "Without @ a guest sees pages where the host does, and the host's addresses may be those of the guest's RAM, which begins at 0x40000000.",
    source: 'xen/include/public/arch-arm.h: GUEST_RAM_BANK_BASES; xen/arch/arm/mmu/p2m.c: p2m_set_entry',
  },
  'XL-044': {
    title: 'devices that need an IOMMU are given only where there is one',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'dtdev and pci need an IOMMU that Xen drives, and passthrough other than disabled.',
    source: 'tools/libs/light/libxl_create.c: libxl__domain_config_setdefault',
  },
  'XL-046': {
    title: 'maxmem is not more than memory where its devices use the IOMMU',
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain: 'Such a domain must have all of its memory from the start.',
    source: 'tools/libs/light/libxl_create.c: libxl__domain_config_setdefault',
  },
  'XL-047': {
    title: "a device that xl gives away is no longer dom0's, and Xen can put it behind its IOMMU",
    severity: 'error',
    acceptable: 'yes',
    effect: NOT_CREATED,
    explain:
      'Xen gives dom0 every device that is not marked with xen,passthrough, with its interrupts, and gives an interrupt to one domain alone. domforge marks what dtdev names, which must be a node with iommus that Xen accepts (PT-017).',
    source:
      'xen/arch/arm/irq.c: route_irq_to_guest; xen/drivers/passthrough/device_tree.c: iommu_do_dt_domctl, iommu_add_dt_device, iommu_assign_dt_device',
  },
  'XL-063': {
    title: "registers that xl gives away are no longer dom0's",
    severity: 'warning',
    acceptable: 'yes',
    effect: 'dom0 and the domain would both have the registers',
    explain:
      'Xen gives dom0 every device that is not marked with xen,passthrough, and lets it give the registers away all the same. That works if dom0 has no driver for it, or if both know of each other.',
    source: 'xen/arch/arm/device.c: handle_device',
  },
  'XL-073': {
    title: 'devices in dtdev have streams that no device of dom0 has',
    severity: 'error',
    acceptable: 'no: isolation',
    effect: "DMA of dom0's device would go to the memory of the domain, or Xen would stop",
    explain:
      'An IOMMU tells devices apart by their streams (iommus). Xen assigns those of every node that is not marked with xen,passthrough to dom0, and an SMMUv3 accepts a stream once, whichever domain has it.',
    source: 'xen/drivers/passthrough/arm/smmu.c: arm_smmu_domain_add_master; smmu-v3.c: arm_smmu_write_strtab_ent',
  },
  'XL-074': {
    title: 'a device is outside the extended regions that xl offers its guest',
    severity: 'warning',
    acceptable: 'yes',
    effect:
      'once the guest maps memory of other domains, that may replace the device, or the driver finds its addresses taken',
    explain:
      'Up to 4.20 libxl offers every guest all address space past its RAM in each bank for such mappings, whatever iomem puts there. From 4.21 on it leaves devices out.',
    source: 'tools/libs/light/libxl_arm.c: finalize_hypervisor_node',
  },
}))
