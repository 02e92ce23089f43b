import { DOMAIN_PANIC } from './effects.ts'
import type { CatalogueEntry } from './entry.ts'

export const pt = {
  'PT-002': {
    title: 'addresses and sizes in xen,reg have one or two cells',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'They are as wide as #address-cells and #size-cells of the parent node say.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-003': {
    title: 'the parent of a node with xen,reg says how wide addresses and sizes are',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain:
      'In a partial tree #address-cells and #size-cells are not inherited: if the parent does not have them, Xen assumes 2 and 1.',
    source: 'xen/common/device-tree/dom0less-build.c: scan_pfdt_node',
  },
  'PT-004': {
    title: 'xen,reg maps whole pages',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain:
      'Host address, guest address and size are multiples of 4 KiB. A device with fewer registers is assigned with its whole page.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-005': {
    title: 'regions of xen,reg are not empty',
    severity: 'error',
    effect: 'a debug build of Xen would stop; a release build keeps a damaged list of mappings',
    explain: 'Each region is a host address, a size and a guest address.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-006': {
    title: 'xen,reg consists of whole regions',
    severity: 'error',
    effect: 'Xen would silently ignore the rest',
    explain: 'Each region is a host address, a size and a guest address, in that order.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-007': {
    title: 'xen,path and xen,reg come together',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'xen,path alone is refused; xen,reg alone needs xen,force-assign-without-iommu.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_prop_pfdt',
  },
  'PT-008': {
    title: 'xen,force-assign-without-iommu is on a node that assigns a device',
    severity: 'warning',
    effect: 'it would have no effect',
    explain: 'It allows a device to be assigned without an IOMMU, or memory without a device.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_prop_pfdt',
  },
  'PT-009': {
    title: 'xen,path names a node of the host',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'It is the full path in the host device tree, with unit addresses; names in /aliases do not work.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-010': {
    title: 'interrupts of an assigned device are shared ones (SPIs)',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: "Private interrupts belong to each CPU, and Xen's own tree for the guest uses them.",
    source: 'xen/arch/arm/irq.c: route_irq_to_guest',
  },
  'PT-011': {
    title: 'a domain has as many SPIs as the interrupts of its devices need',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'Interrupts keep their numbers. Without nr-spis a domain gets as many as the host has.',
    source: 'xen/arch/arm/irq.c: route_irq_to_guest',
  },
  'PT-012': {
    title: 'interrupts of an assigned device are not used by Xen',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'Xen uses those of its console and of the IOMMUs.',
    source: 'xen/arch/arm/irq.c: route_irq_to_guest',
  },
  'PT-013': {
    title: 'an interrupt goes to one domain',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain:
      'Devices that share an interrupt go to the same domain. What is not assigned belongs to dom0, if there is one.',
    source: 'xen/arch/arm/irq.c: route_irq_to_guest',
  },
  'PT-014': {
    title: 'devices that share an interrupt agree about its trigger',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'Edge or level is configured once for each interrupt.',
    source: 'xen/arch/arm/irq.c: irq_set_spi_type',
  },
  'PT-015': {
    title: 'interrupts of an assigned device can be found',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'They are followed through interrupt-parent and interrupt-map down to the controller.',
    source: 'xen/arch/arm/device.c: map_device_irqs_to_domain',
  },
  'PT-016': {
    title: 'interrupts of an assigned device go to the GIC',
    severity: 'warning',
    effect: 'Xen would silently leave the interrupt out',
    explain: 'Only interrupts that go directly to the GIC are mapped; those of a GPIO controller are not.',
    source: 'xen/arch/arm/device.c: map_device_irqs_to_domain',
  },
  'PT-017': {
    title: 'an assigned device is behind an IOMMU, or does without',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain:
      'Xen reads that from iommus of its node. A device that does no DMA can do without: xen,force-assign-without-iommu.',
    source: 'xen/drivers/passthrough/device_tree.c: iommu_assign_dt_device',
  },
  'PT-018': {
    title: 'there is an IOMMU if a device is assigned behind one',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'It must be one that Xen drives, enabled in the device tree, compiled in and not switched off.',
    source: 'xen/drivers/passthrough/device_tree.c: iommu_assign_dt_device',
  },
  'PT-019': {
    title: 'a device is assigned once',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'Its IOMMU stream and its interrupts belong to one domain.',
    source: 'xen/drivers/passthrough/device_tree.c: iommu_assign_dt_device',
  },
  'PT-021': {
    title: 'a page of device registers is assigned to one domain',
    severity: 'error',
    effect: 'Xen would silently let both use it',
    explain:
      'Xen does not check. Devices whose registers share a page cannot be told apart by the page tables. What no domain is given belongs to dom0 or the hardware domain, unless its node is marked with xen,passthrough or disabled.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-024': {
    title: 'a device does not overlap anything else in the guest',
    severity: 'error',
    effect: 'Xen would silently replace one by the other',
    explain: 'RAM, the interrupt controller, the console and the grant table have fixed addresses in a guest.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-025': {
    title: 'an assigned device does not use the interrupt of the virtual PL011',
    severity: 'error',
    effect: 'interrupts of both would silently mix',
    explain: 'The virtual PL011 has the interrupt 32, the first SPI of the machine.',
    source: 'xen/arch/arm/device.c: map_irq_to_domain',
  },
  'PT-026': {
    title: 'phandles of a partial tree leave room for those of Xen',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain:
      'From 4.22 on Xen numbers its own nodes above the highest phandle of the partial tree and below 65000, which the interrupt controller has. A tree for older releases that gives /gic the phandle 65000 does not start there.',
    source: 'xen/common/device-tree/dom0less-build.c: domain_handle_dtb_boot_module',
  },
  'PT-027': {
    title: 'no node of a partial tree has the phandle of the interrupt controller',
    severity: 'error',
    effect: 'two nodes would have the same phandle',
    explain: 'Xen gives 65000 to the interrupt controller that it creates, unless /gic has another one.',
    source: 'xen/common/device-tree/dom0less-build.c: domain_handle_dtb_boot_module',
  },
  'PT-028': {
    title: '/gic of a partial tree has a phandle, up to Xen 4.19',
    severity: 'error',
    effect: 'interrupts of the guest would point at no controller',
    explain:
      'Xen uses the phandle of this node for the interrupt controller that it creates. Up to 4.19 an absent one counts as 0.',
    source: 'xen/common/device-tree/dom0less-build.c: domain_handle_dtb_boot_module',
  },
  'PT-029': {
    title: 'nothing refers to a node that the domain does not get',
    severity: 'error',
    effect: 'references in the guest would point at nothing',
    explain:
      'Xen copies /passthrough and /aliases, and the phandle of /gic. A node beside them that has a phandle is one that others refer to.',
    source: 'xen/common/device-tree/dom0less-build.c: domain_handle_dtb_boot_module',
  },
  'PT-031': {
    title: 'a partial tree fits the 4096 bytes of the tree that Xen 4.17 makes',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain:
      'Xen 4.17 writes its own nodes and those of the partial tree into one page. From 4.18 on the partial tree gets room of its own.',
    source: 'xen/arch/arm/domain_build.c of 4.17: prepare_dtb_domU',
  },
  'PT-032': {
    title: 'a device that does DMA is behind an IOMMU, or its domain has direct-map memory',
    severity: 'warning',
    effect: 'the device would read and write memory of others',
    explain:
      "Without an IOMMU the device treats the guest's addresses as the machine's. A device with iommus, dma-coherent or dma-ranges does DMA.",
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-035': {
    title: 'a partial tree contains nothing but what the domain gets',
    severity: 'warning',
    effect: 'Xen would silently omit it',
    explain:
      'Xen copies /passthrough and /aliases, and the phandle of /gic; names are compared whole, so that passthrough@0 is something else.',
    source: 'xen/common/device-tree/dom0less-build.c: domain_handle_dtb_boot_module',
  },
  'PT-033': {
    title: 'a node that is assigned is marked with xen,passthrough where another domain has the rest of the hardware',
    severity: 'error',
    effect:
      'the owner of the hardware would have the device as well: Xen panics where it has an interrupt or an IOMMU, else both drive it',
    explain:
      "Dom0, or the hardware domain, has every device whose node is not marked. domforge marks what the manifest's partial trees name.",
    source: 'xen/arch/arm/device.c: handle_device',
  },
  'PT-036': {
    title: 'xen,reg gives no RAM of the host',
    severity: 'error',
    effect: 'the guest could read and change memory of Xen or of other domains',
    explain:
      'Xen maps whatever xen,reg says. Only what the host reserves for devices (/reserved-memory) may be given, and RAM of a device whose own reg names it.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-037': {
    title: 'xen,reg gives no registers that Xen itself uses',
    severity: 'error',
    effect: 'the guest could control interrupts, DMA or the console of the whole machine',
    explain: 'Xen maps whatever xen,reg says, the interrupt controller, IOMMUs and its own console included.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-038': {
    title: 'xen,reg gives registers of the node that xen,path names',
    severity: 'error',
    effect: 'the guest would get a device that nobody gave it',
    explain:
      'Xen maps whatever xen,reg says and compares it with nothing. Registers of the named node, of nodes below it, and windows of its bus are its own, in whole pages. A node without xen,path may have any device that nobody else has.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-039': {
    title: 'xen,reg gives addresses that the host tree knows',
    severity: 'warning',
    effect: 'the guest would see whatever is there, or fault',
    explain: 'Mostly a mistyped address. Registers that no node describes can be given all the same.',
    source: 'xen/common/device-tree/dom0less-build.c: handle_passthrough_prop',
  },
  'PT-040': {
    title: 'a device lies outside the extended regions of its guest',
    severity: 'warning',
    effect:
      'once the guest maps memory of others, that may replace the device, or the driver finds its addresses taken',
    explain:
      'Up to 4.20 Xen offers a guest that knows of it all address space behind its RAM for such mappings, whatever xen,reg puts there. From 4.21 on it leaves devices out.',
    source: 'xen/arch/arm/domain_build.c: find_domU_holes, find_memory_holes',
  },
} as const satisfies Record<string, CatalogueEntry>
