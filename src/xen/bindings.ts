/** Names that Xen reads from `/chosen` (docs/misc/arm/device-tree/booting.txt; the parsers are bootinfo-fdt.c and dom0less-*.c). */

/** The same strings work for dom0's modules and for those of other domains; the older `xen,linux-*` only for dom0's. */
export const COMPATIBLE = {
  domain: ['xen,domain'],
  kernel: ['multiboot,kernel', 'multiboot,module'],
  ramdisk: ['multiboot,ramdisk', 'multiboot,module'],
  partialTree: ['multiboot,device-tree', 'multiboot,module'],
  xsmPolicy: ['xen,xsm-policy', 'multiboot,module'],
  vcpu: ['xen,vcpu'],
  sharedMemory: ['xen,domain-shared-memory-v1'],
  /** The documentation's `xen,evtchn` is not what Xen looks for. */
  eventChannel: ['xen,evtchn-v1'],
  cpupool: ['xen,cpupool'],
} as const

/** Bits of `capabilities` (xen/include/public/bootfdt.h: DOMAIN_CAPS_*). */
export const CAPABILITY_BITS = { control: 1, hardware: 2, xenstore: 4 } as const

/** Cells of addresses and of sizes below `/chosen` and below every domain: 64 bits, whatever the board's root says. */
export const CELLS = 2
