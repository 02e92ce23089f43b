/** What Xen keeps from the domain that has the rest of the hardware: dom0, or the hardware domain (arch/arm/domain_build.c: handle_node; 4.17 to 4.22). */

/** `compatible` of nodes that are left out with all below them. */
export const NEVER_OWNED: ReadonlySet<string> = new Set([
  'xen,domain',
  'xen,domain-shared-memory-v1',
  'xen,evtchn-v1',
  'xen,xen',
  'xen,multiboot-module',
  'multiboot,module',
  'arm,psci',
  'arm,psci-0.2',
  'arm,psci-1.0',
  'arm,cortex-a7-pmu',
  'arm,cortex-a15-pmu',
  'arm,cortex-a53-edac',
  'arm,armv8-pmuv3',
  'arm,armv7-timer-mem',
])

interface Platform {
  /** Of the root. */
  readonly compatible: readonly string[]
  /** `compatible` of devices that Xen itself uses, or that share a page with its console. */
  readonly kept: readonly string[]
}

/** Devices that Xen's code for a board keeps (arch/arm/platforms: blacklist_dev). */
export const PLATFORMS: readonly Platform[] = [
  {
    compatible: ['brcm,bcm2711'],
    kept: ['brcm,bcm2835-aux-spi', 'brcm,bcm2835-aux', 'brcm,bcm2835-pm'],
  },
  {
    compatible: ['allwinner,sun50i-a64', 'allwinner,sun50i-h5', 'allwinner,sun50i-h6'],
    kept: ['snps,dw-apb-uart'],
  },
]
