/** Names that Xen reads from `/chosen` (docs/misc/arm/device-tree/booting.txt; the parsers are bootinfo-fdt.c and dom0less-*.c). */

/** `compatible` of the nodes that Xen looks for. Those of modules work for dom0 and for other domains alike, the older `xen,linux-*` only for dom0. */
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

/** Cells of addresses and of sizes that domforge gives `/chosen` and every domain: 64 bits, also where the board's root has fewer. */
export const CELLS = 2
