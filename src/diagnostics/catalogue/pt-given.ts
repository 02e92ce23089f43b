import { DOMAIN_PANIC } from './effects.ts'
import { family } from './entry.ts'

/** What is checked when a manifest gives a device to a domain, before any tree is made of it. */
export const ptGiven = family(() => ({
  'PT-041': {
    title: 'a device that is given to a domain is a node of the host with registers',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: DOMAIN_PANIC,
    explain:
      'It is named by its full path with unit addresses, by an alias, or by a label where the tree keeps them, and a CPU must reach its registers: a device on I2C, SPI or MDIO can only be given with its controller.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-042': {
    title: 'interrupts of a device that is given to a domain reach the GIC',
    severity: 'error',
    acceptable: 'no: no right output',
    effect: 'the device would never interrupt its domain',
    explain:
      "Xen gives a domain only interrupts of the GIC. Where a controller passes them on one to one, or a PCI bridge maps them, domforge writes the GIC's into the host tree; where an operating system has to drive the controller, they stay with the domain that drives it.",
    source: 'xen/arch/arm/device.c: map_device_irqs_to_domain',
  },
  'PT-043': {
    title: 'a device that is given to a domain has its dependencies there',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'its driver may not start, or the device may not work',
    explain:
      "The domain has none of the host's clock, power, reset, pin and PHY controllers. Some can be replaced by fixed ones; this cannot.",
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-044': {
    title: 'a device that does DMA is behind an IOMMU, or is given with a reason',
    severity: 'error',
    acceptable: 'no: isolation',
    effect: 'the domain could read and write all memory of the machine',
    explain:
      'With no IOMMU in front of it that Xen uses, a device reaches any address. force-assign-without-iommu says why its domain is trusted with that. What the board has counts for nothing where the driver is not built in, or the IOMMU is switched off. Where Xen drives another IOMMU, and so would refuse the device, PT-017 says what helps.',
    source: 'xen/drivers/passthrough/device_tree.c: iommu_assign_dt_device',
  },
  'PT-045': {
    title: 'a device that does DMA without an IOMMU goes to a direct-mapped domain',
    severity: 'error',
    acceptable: 'no: isolation',
    effect: "the device would take the guest's addresses for the machine's, and write to memory of others",
    explain:
      'Only with direct-map are both the same, and only domains that Xen builds at boot can have that, not those of xl.',
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
      'xl would refuse to create the second domain if they share an interrupt or a stream; otherwise both drive the device',
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
      "Where device-tree has xen,path or xen,reg, dtdev, irqs and iomem of the xl configuration follow from it, and device_tree is the same tree without what only Xen reads. Devices of that tree and of 'passthrough' are written together.",
    source: 'tools/libs/light/libxl_create.c: libxl__domain_config_setdefault, domcreate_launch_dm',
  },
  'PT-049': {
    title: 'registers of a device are mapped where its guest expects them',
    severity: 'warning',
    acceptable: 'yes',
    effect: "the guest's driver would find nothing at these addresses, or the registers of another device",
    explain:
      'reg of a node below /passthrough says where the guest looks; the last number of each region of xen,reg says where the device is mapped. Registers that the driver never touches may be left out.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-050': {
    title: 'what quiesce writes to is a register of the device',
    severity: 'error',
    acceptable: 'no: isolation',
    effect: 'dom0 would write into another device, or fault',
    explain:
      "Offsets of quiesce.write count from the device's first register range, and are within it. dom0 writes 32 bits at a time, each register once, in ascending order; another width, order or range needs a hook.",
    source: 'xen/arch/arm/p2m.c: map_dev_mmio_page',
  },
  'PT-051': {
    title: 'a stream of an IOMMU goes to one domain, and at an SMMUv3 to one device',
    severity: 'error',
    acceptable: 'no: isolation',
    effect: "DMA of one domain's device would go to the memory of another, or Xen would stop",
    explain:
      'An IOMMU tells devices apart by their streams (iommus). Devices with one stream go to the same domain; an SMMUv3 accepts a stream once, whichever domain has it. What is not assigned belongs to dom0 or the hardware domain, its streams included, unless it is marked with xen,passthrough.',
    source:
      'xen/drivers/passthrough/arm/smmu.c: arm_smmu_domain_add_master; smmu-v3.c: arm_smmu_write_strtab_ent; ipmmu-vmsa.c: ipmmu_utlb_enable',
  },
  'PT-052': {
    title: 'Xen uses the stream masks of a device that the host tree gives',
    severity: 'error',
    acceptable: 'yes',
    effect: "the IOMMU would block the device's other streams, and its driver would wait for them forever",
    explain:
      'An SMMUv2 can leave bits of a stream id out of the comparison: a mask in the second cell of iommus, or stream-match-mask of the IOMMU. Before 4.20 Xen reads masks and ignores them. A device whose only stream is the one in iommus works all the same.',
    source: 'xen/drivers/passthrough/arm/smmu.c: arm_smmu_master_alloc_smes, up to 4.19 and from 4.20 on',
  },
  'PT-053': {
    title: 'no device of dom0 is on a page of registers that is given to a domain, even one without interrupts and DMA',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would silently let both use it',
    explain:
      'What no domain is given belongs to dom0 or the hardware domain. If a device of theirs on that page has no interrupt and does no DMA, it may be unused: accept the finding with that reason, and the page is mapped. With interrupts or DMA it is PT-021.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-054': {
    title: 'DMA of a device reaches the RAM of its guest',
    severity: 'error',
    acceptable: 'yes',
    effect: "the device would read and write elsewhere, or its DMA would fail, once the guest's driver uses that RAM",
    explain:
      "dma-ranges of the buses above a device say which addresses its DMA can have. Windows that translate addresses are in the guest's tree as well, and a kernel that reads them puts buffers into RAM that they cover, if there is any; windows that translate nothing are not.",
    source: 'Devicetree Specification 0.4 §2.3.9; Linux drivers/of/address.c: of_dma_get_range',
  },
}))
