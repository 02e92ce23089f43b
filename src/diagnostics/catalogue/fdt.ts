import { DOMAIN_PANIC, EARLY_PANIC, HOST_PANIC, SCAN_PANIC } from './effects.ts'
import { family } from './entry.ts'

export const fdt = family(() => ({
  'FDT-001': {
    title: 'the host device tree is at a multiple of 8 above 0 and has at most 2 MiB',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: EARLY_PANIC,
    explain:
      'Xen maps one slot of 2 MiB for the flattened tree. U-Boot adds to the tree before it starts Xen, so some of the slot must stay free. Board trees built with symbols (dtc -@) can be made smaller by building them without.',
    source: 'xen/arch/arm/mmu/setup.c: early_fdt_map',
  },
  'FDT-003': {
    title: 'a tree has at most 256 memory reservations',
    severity: 'error',
    acceptable: 'yes',
    effect: EARLY_PANIC,
    explain:
      'Xen 4.19 and newer copy the memory reservation block into a table of 256 banks. Merge adjacent reservations.',
    source: 'xen/common/device-tree/bootinfo-fdt.c: boot_fdt_info',
  },
  'FDT-004': {
    title: 'reserved memory has at most 256 ranges in all',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: EARLY_PANIC,
    explain:
      'Memory reservations, /reserved-memory, static memory of domains and the static heap share one table of 256 banks. Merge ranges that touch.',
    source: 'xen/common/device-tree/bootinfo-fdt.c: device_tree_get_meminfo',
  },
  'FDT-005': {
    title: 'RAM has at most 256 banks',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: SCAN_PANIC,
    explain: 'Every entry of reg of a memory node is one bank. Merge entries that touch.',
    source: 'xen/common/device-tree/bootinfo-fdt.c: device_tree_get_meminfo',
  },
  'FDT-006': {
    title: 'a memory node has a reg',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen 4.19 and newer would panic at boot; older ones stop reading the tree at this node',
    explain:
      'Board trees often leave the RAM to the firmware. U-Boot fills the node in from its own DRAM banks when it starts Xen; a node that stays empty stops Xen. Up to Xen 4.19 every node called memory counts, wherever it is.',
    source: 'xen/common/device-tree/bootinfo-fdt.c: process_memory_node',
  },
  'FDT-007': {
    title: 'a memory node has device_type = "memory"',
    severity: 'warning',
    acceptable: 'yes',
    effect: 'Xen would not use this RAM',
    explain:
      'Since 4.20 Xen reads only children of the root that are named memory and have device_type = "memory". It continues with what other nodes describe. ' +
      "Older releases go by the name, but keep RAM out of dom0's tree by device_type: dom0 would have its own memory mapped as a device's. " +
      'U-Boot, where it fills in the RAM, completes the first of these nodes with device_type and all of its banks (fdt_fixup_memory_banks).',
    source:
      'xen/common/device-tree/bootinfo-fdt.c: device_tree_is_memory_node; xen/arch/arm/domain_build.c: handle_node',
  },
  'FDT-008': {
    title: 'ranges of reserved memory do not overlap',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen 4.19 and newer would panic at boot; Xen 4.18 stops reading the tree there',
    explain:
      "Since 4.18 Xen compares each new reserved range with everything that it already knows: other reserved ranges, itself, the device tree and modules; an empty one as well, if it lies inside. A range inside a memory reservation is fine, except on 4.19.0 and 4.19.1. Correct the board's tree, or remove one of the two.",
    source: 'xen/common/device-tree/bootinfo.c: check_reserved_regions_overlap',
  },
  'FDT-009': {
    title: 'memory is described with at least one cell for addresses and one for sizes',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: SCAN_PANIC,
    explain: 'A range uses the cells of its parent node. Set #address-cells and #size-cells there to 1 or 2.',
    source: 'xen/common/device-tree/bootinfo-fdt.c: device_tree_get_meminfo',
  },
  'FDT-010': {
    title: '/chosen and domain nodes have 1 or 2 address cells and 1 or 2 size cells',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: 'Xen would read wrong addresses and sizes of modules; debug builds panic',
    explain: 'Nodes without #address-cells and #size-cells inherit those of the parent, up to the root.',
    source: 'xen/include/xen/bootfdt.h: dt_read_number',
  },
  'FDT-028': {
    title: 'up to Xen 4.19 no node called memory has a range that is other RAM, or not RAM',
    severity: 'error',
    acceptable: 'yes',
    effect: EARLY_PANIC,
    explain:
      'Up to 4.19 Xen takes every node called memory, or memory@ and an address, for RAM, at any depth and whatever its device_type is: also a child of ' +
      '/reserved-memory, or the memory of a device. RAM that another node lists as well Xen would map twice, and stops, unless it is less than a page; memory that is neither RAM nor reserved it would ' +
      'use. An overlay cannot remove a node: it can put a copy with another name beside it and empty the reg of the old one. domforge renames such nodes in the trees ' +
      'that it writes (REF-028). Xen 4.20 looks only at memory nodes right below the root that say device_type = "memory".',
    source: 'xen/arch/arm/bootfdt.c of 4.17 to 4.19: early_scan_node; arm64/mmu/mm.c: setup_directmap_mappings',
  },
  'FDT-011': {
    title: 'no node of the host tree is 16 levels deep, before Xen 4.20.4 and 4.21.2',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would hang at boot without any message',
    explain:
      'The early scan of 4.17 to 4.19, 4.20.0 to 4.20.3, 4.21.0 and 4.21.1 does not get past such a node; newer ones skip it with a warning. With two ' +
      'numbers in xen.release the third one is read from the image or the .config; if neither tells, this is a warning.',
    source: 'xen/common/device-tree/bootfdt.c: device_tree_for_each_node (up to 4.19 xen/arch/arm/bootfdt.c)',
  },
  'FDT-012': {
    title: 'a Xen with physical addresses of 32 bits is given no memory past 4 GiB',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would drop the upper bits with a warning, and use memory somewhere else',
    explain:
      'CONFIG_PHYS_ADDR_T_32 is an option of 32-bit Arm since 4.18 (ARM_PA_BITS_32). With it an address or a size of more than 32 bits is truncated.',
    source: 'xen/common/device-tree/bootfdt.c: device_tree_get_reg',
  },
  'FDT-037': {
    title: 'reserved memory is within the 52 bits of address that Arm allows',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: 'Xen would seem to hang while it maps the range to dom0',
    explain:
      'Xen maps reserved memory to dom0 too, page by page, or in larger steps where it can. Armv8.2 has 52 bits of address.',
    source: 'xen/arch/arm/domain_build.c: handle_device; xen/arch/arm/device.c: map_range_to_domain',
  },
  'FDT-036': {
    title: 'properties that Xen reads as strings end in NUL',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would ignore the property',
    explain: 'Xen reads a string only if it ends in NUL within the property.',
    source: 'xen/common/device-tree/device-tree.c: dt_property_read_string',
  },
  'FDT-035': {
    title: "a ramdisk that /chosen names by linux,initrd-start is dom0's only one, and overlaps nothing",
    severity: 'error',
    acceptable: 'yes',
    effect: 'dom0 would start with the wrong ramdisk, or with none',
    explain:
      'Xen uses the range from linux,initrd-start to linux,initrd-end as a ramdisk of dom0, and registers it before all modules below /chosen: dom0 gets the first that is ' +
      'registered. Trees that were dumped on a running board have both properties; domforge leaves them out of the trees that it writes (OUT-022).',
    source:
      'xen/common/device-tree/bootinfo-fdt.c: process_chosen_node; bootinfo.c: add_boot_module, boot_module_find_by_kind',
  },
  'FDT-014': {
    title: 'the tree has /chosen',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: HOST_PANIC,
    explain: 'Everything that is built at boot is described below /chosen.',
    source: 'xen/common/device-tree/dom0less-build.c: create_domUs',
  },
  'FDT-015': {
    title: '/cpus has a CPU with a compatible',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: "The CPUs in the tree of each domain get the compatible of the host's first one.",
    source: 'xen/arch/arm/domain_build.c: make_cpus_node',
  },
  'FDT-016': {
    title: 'the host has an interrupt controller and a timer that Xen drives',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: HOST_PANIC,
    explain:
      'Xen drives GICv2 (arm,gic-400, arm,cortex-a15-gic, arm,cortex-a7-gic), GICv3 (arm,gic-v3, where built with GICV3), and the architected timer. Xen cannot run with other interrupt controllers. ' +
      'Of the timer it needs the interrupts sec-phys, phys, virt and hyp-phys at that controller, though it never uses the first: by interrupt-names from 4.18 on, else in this order.',
    source: 'xen/arch/arm/gic.c: gic_dt_preinit; xen/arch/arm/time.c: preinit_dt_xen_time, init_dt_xen_time',
  },
  'FDT-021': {
    title: '/chosen/bootargs has an effect',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would start without any arguments: no console, default settings',
    explain:
      "Without xen,xen-bootargs Xen reads bootargs only if dom0's arguments are elsewhere. In a system without dom0 nothing reads bootargs.",
    source: 'xen/common/device-tree/bootinfo-fdt.c: boot_fdt_cmdline',
  },
  'FDT-022': {
    title: 'the root has 1 or 2 address cells and 1 or 2 size cells if there is a dom0',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: DOMAIN_PANIC,
    explain: "Dom0 gets a copy of the host's tree, into which Xen writes nodes with the root's cells.",
    source: 'xen/arch/arm/domain_build.c: make_hypervisor_node',
  },
  'FDT-023': {
    title: 'the interrupt controller lists the registers and the interrupt that Xen needs',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: HOST_PANIC,
    explain:
      'A GICv2 needs four register ranges, aligned to pages, with CPU and virtual CPU interface of one size; a GICv3 the distributor and its redistributor regions; both a maintenance interrupt. Trees written for systems without a hypervisor sometimes leave these out.',
    source: 'xen/arch/arm/gic-v2.c: gicv2_dt_init; xen/arch/arm/gic-v3.c: gicv3_dt_init',
  },
  'FDT-027': {
    title: 'the .config that Xen was built with is known',
    severity: 'note',
    acceptable: 'yes',
    explain:
      'Some features must be compiled into Xen. With the .config of the build (xen.config in the manifest) domforge checks that they are; without it, it assumes that they are and says so. xen-options.config in the output lists them.',
  },
  'FDT-013': {
    title: 'what /chosen says about an initrd is complete',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: HOST_PANIC,
    explain:
      'With linux,initrd-start, Xen needs linux,initrd-end too, both of 4 or 8 bytes, with the start below the end. U-Boot writes them for a boot without Xen.',
    source: 'xen/common/device-tree/bootinfo-fdt.c: process_chosen_node',
  },
  'FDT-020': {
    title: 'Xen reads the device tree if it builds domains',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: 'Xen would silently not build them',
    explain: 'With acpi=force Xen reads the machine from ACPI tables, and does not look at domain nodes.',
    source: 'xen/arch/arm/setup.c: start_xen',
  },
  'FDT-024': {
    title: 'Xen is built for the interrupt controller of the host',
    severity: 'error',
    acceptable: 'no: never starts',
    effect: HOST_PANIC,
    explain: 'The virtual interrupt controller of CONFIG_NEW_VGIC supports only a GICv2.',
    source: 'xen/arch/arm/vgic/vgic.c: vgic_v3_setup_hw',
  },
  'FDT-025': {
    title: 'Xen is where it can map itself',
    severity: 'error',
    acceptable: 'yes',
    effect: HOST_PANIC,
    explain:
      'While it turns on its page tables Xen has to map itself 1:1: below 10 TiB from 4.19 on, below 2 TiB with 4.18.',
    source: 'xen/arch/arm/arm64/mmu/mm.c: arch_setup_page_tables',
  },
  'FDT-017': {
    title: "Xen's static heap overlaps nothing that is reserved",
    severity: 'error',
    acceptable: 'no: never starts',
    effect: SCAN_PANIC,
    explain: 'Its ranges are taken out of the RAM like reserved memory.',
    source: 'xen/common/device-tree/bootinfo-fdt.c: process_chosen_node',
  },
  'FDT-018': {
    title: "Xen's static heap is RAM",
    severity: 'error',
    acceptable: 'no: never starts',
    effect: HOST_PANIC,
    explain: 'Every page of it must be RAM of the host.',
    source: 'xen/arch/arm/setup.c: populate_boot_allocator',
  },
  'FDT-019': {
    title: "Xen's static heap is written in whole ranges",
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen would silently ignore cells that do not make a whole range',
    explain:
      'xen,static-heap is a list of address and size in the cells of the root, unlike everything else in /chosen.',
    source: 'xen/common/device-tree/bootinfo-fdt.c: process_chosen_node',
  },
  'FDT-029': {
    title: 'compatible is a list of strings',
    severity: 'error',
    acceptable: 'yes',
    effect: 'Xen could mistake the node for a device whose name comes later in the tree, or crash',
    explain:
      'Xen goes from string to string until it has seen as many bytes as the property has. Without the last NUL it runs past the end.',
    source: 'xen/common/device-tree/device-tree.c: dt_device_is_compatible',
  },
}))
