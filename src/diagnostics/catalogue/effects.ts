/** What several rules have in common: what happens to the machine. */

/** A boot-time domain that cannot be built. */
export const DOMAIN_PANIC = 'Xen would panic at boot: every boot-time domain error stops the whole machine'

/** The host's tree cannot be used. */
export const HOST_PANIC = 'Xen would panic at boot, before any domain starts'

/** Xen's first look at the tree comes before its console (seen with 4.17 under QEMU: not one character). */
export const EARLY_PANIC = 'Xen would stop before its console works: nothing is shown at all'

/** xl stops before it asks Xen for anything, or Xen refuses: the host and other domains go on. */
export const NOT_CREATED = 'xl would not create the domain'

/** What is wrong is found by Xen's first look at the tree (common/device-tree/bootinfo-fdt.c: early_scan_node). */
export const SCAN_PANIC =
  'Xen would stop at its first look at the tree, before its console works: nothing is shown at all'

/** The same up to 4.18, which ignore what that look returns (arch/arm/bootfdt.c: boot_fdt_info). */
export const SCAN_ENDS =
  'Xen would read no further in its first look at the tree: it does not know RAM, modules and regions after that place, and panics when it needs one'
