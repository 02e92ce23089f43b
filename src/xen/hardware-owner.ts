/** What Xen keeps from the owner of the hardware, dom0 or the hardware domain (arch/arm/domain_build.c: handle_node; 4.17 to 4.22). */

/** `compatible` of nodes that Xen leaves out of the owner's tree with all below them. */
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

/** A board, or a family of them, for which Xen has code of its own. */
interface Platform {
  /** Of the root: one of these. */
  readonly compatible: readonly string[]
  /** `compatible` of devices that Xen itself uses, that share a page with its console, or that it cannot drive. */
  readonly kept: readonly string[]
}

/** Arm64 boards on which Xen keeps devices from the owner (arch/arm/platforms: blacklist_dev). */
export const PLATFORMS: readonly Platform[] = [
  {
    compatible: ['brcm,bcm2711'],
    kept: ['brcm,bcm2835-aux-spi', 'brcm,bcm2835-aux', 'brcm,bcm2835-pm'],
  },
  {
    compatible: ['allwinner,sun50i-a64', 'allwinner,sun50i-h5', 'allwinner,sun50i-h6'],
    kept: ['snps,dw-apb-uart'],
  },
  {
    compatible: ['cavium,thunder-88xx'],
    kept: ['cavium,smmu-v2'],
  },
]
