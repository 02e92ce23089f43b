import { DOMAIN_PANIC, EARLY_PANIC } from './effects.ts'
import type { CatalogueEntry } from './entry.ts'

export const mod = {
  'MOD-001': {
    title: 'a boot module has a reg',
    severity: 'error',
    effect: EARLY_PANIC,
    explain: 'reg says where U-Boot put the file and how long it is.',
    source: 'xen/common/device-tree/bootinfo-fdt.c: process_multiboot_node',
  },
  'MOD-002': {
    title: 'reg of a boot module has as many cells as its parent says',
    severity: 'error',
    effect: EARLY_PANIC,
    explain: 'The cells are #address-cells and #size-cells of the domain node, or of its parent.',
    source: 'xen/common/device-tree/bootinfo-fdt.c: process_multiboot_node',
  },
  'MOD-003': {
    title: 'there are at most 30 boot modules',
    severity: 'error',
    effect: 'Xen would ignore the module: it panics because there is no kernel, or starts a guest without its ramdisk',
    explain: 'Xen has room for 32, including itself and the device tree. A file that several domains use counts once.',
    source: 'xen/common/device-tree/bootinfo.c: add_boot_module',
  },
  'MOD-005': {
    title: 'boot arguments have at most 1023 characters',
    severity: 'error',
    effect: EARLY_PANIC,
    explain: "Xen copies each module's arguments into a buffer of 1024 bytes and stops if they are longer.",
    source: 'xen/common/device-tree/bootinfo.c: add_boot_cmdline',
  },
  'MOD-006': {
    title: 'boot arguments do not have exactly 1024 characters',
    severity: 'error',
    effect: 'Xen would silently cut off the last character',
    explain: 'The length check lets 1024 characters pass, and the copy keeps 1023.',
    source: 'xen/common/device-tree/bootinfo.c: add_boot_cmdline',
  },
  'MOD-007': {
    title: 'a kernel overlaps nothing that Xen knows of',
    severity: 'error',
    effect: 'Xen would drop the kernel and panic: "Missing kernel boot module?"',
    explain:
      'Since 4.18 a module is ignored when it overlaps Xen, the device tree, reserved memory or another module. Leave its address to domforge, or choose another.',
    source: 'xen/common/device-tree/bootinfo.c: check_reserved_regions_overlap',
  },
  'MOD-008': {
    title: 'a ramdisk or partial tree overlaps nothing that Xen knows of',
    severity: 'error',
    effect: 'Xen would silently start the guest without it',
    explain: 'Since 4.18 a module is ignored when it overlaps Xen, the device tree, reserved memory or another module.',
    source: 'xen/common/device-tree/bootinfo.c: check_reserved_regions_overlap',
  },
  'MOD-009': {
    title: 'modules overlap nothing, with Xen 4.17',
    severity: 'error',
    effect: 'one file would silently overwrite the other',
    explain: 'Xen 4.17 does not check: what was loaded last wins, and the guest starts from a damaged image.',
    source: 'xen/arch/arm/setup.c of 4.17: add_boot_module',
  },
  'MOD-010': {
    title: 'the path of a module node has at most 91 characters',
    severity: 'error',
    effect: 'Xen would ignore the module, and panic because there is no kernel',
    explain:
      "Xen reads the path into a buffer of 92 bytes. It consists of /chosen, the domain's name and the module's.",
    source: 'xen/common/device-tree/bootinfo-fdt.c: process_multiboot_node',
  },
  'MOD-014': {
    title: 'every boot-time domain has a kernel that is not empty',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'The kernel is a child of the domain node with multiboot,kernel among its compatibles.',
    source: 'xen/common/device-tree/kernel.c: kernel_probe',
  },
  'MOD-015': {
    title: 'a domain has one kernel, and at most one ramdisk and one partial tree',
    severity: 'error',
    effect: 'Xen would silently use the last one',
    explain: 'To give a guest two ramdisks, concatenate the archives in one file.',
    source: 'xen/common/device-tree/kernel.c: kernel_probe',
  },
  'MOD-016': {
    title: 'domains do not share a compressed kernel',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain:
      'Decompressing moves the module: the second domain finds no kernel at the address that its node names. An uncompressed kernel may be shared.',
    source: 'xen/common/device-tree/kernel.c: kernel_decompress',
  },
  'MOD-017': {
    title: 'modules that start at one address have one kind and one size',
    severity: 'error',
    effect: 'Xen would use the first and drop the second: it panics, or the guest silently lacks it',
    explain: 'Two nodes may name the same file; then both must agree about it.',
    source: 'xen/common/device-tree/bootinfo.c: add_boot_module',
  },
  'MOD-018': {
    title: 'a domain node with boot arguments has no unit address',
    severity: 'error',
    effect: 'Xen would silently start the guest without its boot arguments',
    explain: 'Arguments are stored under the full name and looked up without the part from the @ on.',
    source: 'xen/common/device-tree/kernel.c: kernel_probe; bootinfo-fdt.c: process_multiboot_node',
  },
  'MOD-019': {
    title: 'names of domains with boot arguments have at most 40 characters',
    severity: 'error',
    effect: 'Xen would silently start the guest without its boot arguments; debug builds panic',
    explain: 'Arguments are stored under the name, truncated to 40 characters, and looked up by the whole name.',
    source: 'xen/common/device-tree/bootinfo.c: add_boot_cmdline',
  },
  'MOD-021': {
    title: 'reg of a module gives the exact size of the file',
    severity: 'error',
    effect: 'Xen would misread a compressed kernel and panic, or hand the guest bytes that are not in the file',
    explain: 'The uncompressed size of a gzip file is in its last four bytes, which Xen finds by the size in reg.',
    source: 'xen/common/device-tree/kernel.c: output_length',
  },
  'MOD-023': {
    title: 'a module is inside one bank of RAM, where a file is loaded',
    severity: 'error',
    effect: 'Xen would read something that is not memory and crash, or start the guest from garbage',
    explain: 'Xen maps what reg says without checking that anything is there.',
    source: 'xen/arch/arm/kernel.c: copy_from_paddr',
  },
  'MOD-025': {
    title: 'there is something to start',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain: 'Without any domain to build at boot, Xen builds dom0, but has no kernel for it.',
    source: 'xen/arch/arm/setup.c: is_dom0less_mode',
  },
  'MOD-026': {
    title: 'every module node says what it holds',
    severity: 'error',
    effect: "Xen would take the first such module for dom0's kernel and the second for its ramdisk",
    explain:
      "Leftover modules in a vendor's tree make Xen build a dom0 that was not asked for. Delete them, or add multiboot,kernel or multiboot,ramdisk.",
    source: 'xen/common/device-tree/bootinfo-fdt.c: process_multiboot_node',
  },
  'MOD-028': {
    title: 'dom0 shares no file with a boot-time domain that comes before it, from Xen 4.18 on',
    severity: 'error',
    effect: 'Xen would give the module to that domain: without its kernel, dom0 is silently not built',
    explain: 'The second module at an address is refused before Xen notes that dom0 uses it too. Load the file twice.',
    source: 'xen/common/device-tree/bootinfo.c: add_boot_module',
  },
  'MOD-027': {
    title: 'a FLASK policy has the header of one',
    severity: 'error',
    effect: 'Xen would start without its security module, or refuse everything',
    explain: 'A policy begins with the number 0xf97cff8c and the name XenFlask.',
    source: 'xen/xsm/xsm_policy.c: xsm_dt_policy_init',
  },
  'MOD-029': {
    title: 'a policy comes with the security module that reads it',
    severity: 'error',
    effect: 'Xen would silently ignore it',
    explain:
      'FLASK has to be compiled in (XSM_FLASK) and selected: xsm=flask. By default a build for Arm selects XSM_SILO.',
    source: 'xen/xsm/xsm_core.c: xsm_core_init',
  },
  'MOD-011': {
    title: 'modules are children of /chosen or of a domain',
    severity: 'error',
    effect: 'Xen would silently ignore the module',
    explain: 'Xen looks three levels deep: /chosen, the domain, the module.',
    source: 'xen/common/device-tree/bootinfo-fdt.c: early_scan_node',
  },
  'MOD-012': {
    title: 'a node that says what kind of module it is also says that it is one',
    severity: 'error',
    effect: DOMAIN_PANIC,
    explain:
      'Besides multiboot,kernel, multiboot,ramdisk or multiboot,device-tree the compatible needs multiboot,module: without it the module is not registered, and not found.',
    source: 'xen/common/device-tree/kernel.c: kernel_probe',
  },
  'MOD-013': {
    title: 'modules of a domain use the newer compatibles',
    severity: 'error',
    effect:
      'Xen would not find the module: it panics because there is no kernel, or starts the guest without its ramdisk',
    explain: 'xen,linux-zimage and xen,linux-initrd count only for dom0.',
    source: 'xen/common/device-tree/kernel.c: kernel_probe',
  },
  'MOD-020': {
    title: "boot arguments are on the kernel's node of a domain",
    severity: 'error',
    effect: 'Xen would use the first boot arguments of the domain that it finds',
    explain: 'Xen looks for them by the name of the domain, whichever module has them.',
    source: 'xen/common/device-tree/bootinfo.c: boot_cmdline_find_by_name',
  },
} as const satisfies Record<string, CatalogueEntry>
