import { DOMAIN_PANIC } from './effects.ts'
import { family } from './entry.ts'

/** What is judged when a manifest gives a device to a domain, before any tree is made of it. */
export const ptGiven = family(() => ({
  'PT-041': {
    title: 'a device that is given to a domain is a node of the host with registers',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: DOMAIN_PANIC,
    explain:
      'It is named by its full path with unit addresses, by an alias, or by a label where the tree keeps them, and a CPU must reach its registers: what is on I2C, SPI or MDIO goes with its controller.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-042': {
    title: 'interrupts of a device that is given to a domain end at the GIC',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the device would never interrupt its domain',
    explain:
      'Xen gives a domain interrupts of the GIC alone. Where a controller passes them on as they are, or a PCI bridge maps them, domforge names them in the host tree; where an operating system has to drive the controller, they stay with the domain that drives it.',
    source: 'xen/arch/arm/device.c: map_device_irqs_to_domain',
  },
  'PT-043': {
    title: 'a device that is given to a domain finds there what it depends on',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'its driver may not start, or the device may not work',
    explain:
      "The domain has none of the host's clock, power, reset, pin and PHY controllers. What can be replaced by something fixed is; this cannot.",
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-044': {
    title: 'a device that reads and writes memory is behind an IOMMU, or is given with a reason',
    severity: 'error',
    acceptable: 'no: isolation',
    effect: 'the domain could read and write all memory of the machine',
    explain:
      'Without an IOMMU in its path a device reaches any address. force-assign-without-iommu says why its domain is trusted with that.',
    source: 'xen/drivers/passthrough/device_tree.c: iommu_assign_dt_device',
  },
  'PT-045': {
    title: 'a device that reads and writes memory without an IOMMU goes to a direct-mapped domain',
    severity: 'error',
    acceptable: 'no: isolation',
    effect: "the device would take the guest's addresses for the machine's, and write to memory of others",
    explain: 'Only with direct-map are both the same, and only Xen gives that, at boot: xl does not.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-046': {
    title: 'guest-address names registers that the device has',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the address would have no effect',
    explain: 'Registers are named by reg-names, or by their index in reg, from 0.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-047': {
    title: 'a device has one owner, whether Xen gives it at boot or xl later',
    severity: 'error',
    acceptable: 'no: isolation',
    effect:
      'xl would refuse to create the second domain where they share an interrupt or a stream, else both drive the device',
    explain:
      'A page of registers, an interrupt and a stream of an IOMMU can only be given as a whole: devices that share one go to the same domain.',
    source: 'xen/arch/arm/irq.c: route_irq_to_guest',
  },
  'PT-048': {
    title: "extra-xl has no key that domforge writes for the devices of a domain's own tree",
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the domain would get the devices of one of them, and the device tree of the other',
    explain:
      "Where device-tree has xen,path or xen,reg, dtdev, irqs and iomem of the xl configuration follow from it, and device_tree is the same tree without what only Xen reads. What the tree gives and what 'passthrough' gives is written together.",
    source: 'tools/libs/light/libxl_create.c: libxl__domain_config_setdefault, domcreate_launch_dm',
  },
  'PT-049': {
    title: 'registers of a device are where the guest has them',
    severity: 'warning',
    acceptable: 'yes',
    effect: "the guest's driver would find nothing at its registers, or those of another device",
    explain:
      'reg of a node below /passthrough says where the guest looks, the last number of each region of xen,reg where the device is mapped. Registers that the driver never touches may be left out.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-050': {
    title: 'what is written to silence a device is a register of it',
    severity: 'error',
    acceptable: 'no: isolation',
    effect: 'dom0 would write into another device, or fault',
    explain:
      "Offsets of quiesce.write count from the device's first register range, and lie in it. dom0 writes 32 bits at a time, each register once, ascending; what needs another width, order or range is the work of a hook.",
    source: 'xen/arch/arm/p2m.c: map_dev_mmio_page',
  },
  'PT-051': {
    title: 'a stream of an IOMMU goes to one domain, and at an SMMUv3 to one device',
    severity: 'error',
    acceptable: 'no: isolation',
    effect: "accesses of one domain's device would go to the memory of another, or Xen would stop",
    explain:
      'An IOMMU tells devices apart by their streams (iommus). Devices with one stream go to the same domain; an SMMUv3 takes a stream once, whoever has it. What is not assigned belongs to dom0 or the hardware domain, its streams included, unless it is marked with xen,passthrough.',
    source:
      'xen/drivers/passthrough/arm/smmu.c: arm_smmu_domain_add_master; smmu-v3.c: arm_smmu_write_strtab_ent; ipmmu-vmsa.c: ipmmu_utlb_enable',
  },
  'PT-052': {
    title: 'Xen compares streams of a device at its IOMMU as the host tree says',
    severity: 'error',
    acceptable: 'yes',
    effect: "the IOMMU would stop accesses of the device's other streams, and its driver would wait for them forever",
    explain:
      'An SMMUv2 can leave bits of a stream id out of the comparison: a mask in the second cell of iommus, or stream-match-mask of the IOMMU. Before 4.20 Xen reads masks and uses none. A device that has one stream, the one that is written, works all the same.',
    source: 'xen/drivers/passthrough/arm/smmu.c: arm_smmu_master_alloc_smes, up to 4.19 and from 4.20 on',
  },
  'PT-053': {
    title: 'a page of device registers is of one domain, where the others there do not interrupt',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would silently let both use it',
    explain:
      'What no domain is given belongs to dom0 or the hardware domain. A device of theirs on a page that is given away, which has no interrupt and does no DMA, may be one that nobody uses: accept this with that reason, and the page is mapped. With interrupts or DMA it is PT-021.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-054': {
    title: 'a device reaches the RAM of its guest',
    severity: 'error',
    acceptable: 'yes',
    effect:
      "the device would read and write elsewhere, or its accesses would end in an error, once the guest's driver uses that RAM",
    explain:
      "dma-ranges of the buses above a device say which addresses its accesses can have. Windows that move addresses stand in the guest's tree as well, and a kernel that reads them keeps buffers in the RAM which they show, if there is any; those that move nothing do not.",
    source: 'Devicetree Specification 0.4 §2.3.9; Linux drivers/of/address.c: of_dma_get_range',
  },
}))
