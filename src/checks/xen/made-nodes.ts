/** Sizes of nodes that Xen makes in the tree of every domain that it builds (arch/arm/domain_build.c; dom0less-build.c). */
import type { Release } from '../../xen/releases.ts'
import type { TreeCounter } from './tree-counter.ts'

/** What the size of `/cpus` depends on. Lengths are in bytes. */
export interface CpusShape {
  readonly vcpus: number
  /** `compatible` of the host's first processor, with its NULs. */
  readonly cpuCompatible: number
  /** Whether the host's first processor has `clock-frequency`. */
  readonly cpuClock: boolean
  readonly arm64: boolean
}

/** What the size of `/hypervisor` depends on. */
export interface HypervisorShape {
  readonly release: Release
  /** Ranges of `reg` besides the grant window. */
  readonly extendedRegions: number
}

/** Cells of a range: two of address and two of size. */
export const RANGE = 4

/** Counts what Xen writes into `/psci`. */
export function psci(tree: TreeCounter): void {
  tree.property('compatible', 'arm,psci-1.0 arm,psci-0.2 arm,psci '.length)
  tree.text('method', 'hvc'.length)
  tree.cells('cpu_off', 1)
  tree.cells('cpu_on', 1)
}

/** Counts what Xen writes into `/cpus`, with a node for each virtual CPU. */
export function cpus(tree: TreeCounter, shape: CpusShape): void {
  tree.cells('#address-cells', 1)
  tree.cells('#size-cells', 1)
  for (let cpu = 0; cpu < shape.vcpus; cpu++)
    tree.node(`cpu@${affinity(cpu).toString(16)}`, () => {
      tree.property('compatible', shape.cpuCompatible)
      tree.text('device_type', 'cpu'.length)
      tree.cells('reg', 1)
      if (shape.cpuClock) tree.cells('clock-frequency', 1)
      if (shape.arm64) tree.text('enable-method', 'psci'.length)
    })
}

/** `reg` of a virtual CPU: clusters have sixteen (arch/arm/include/asm/domain.h: vcpuid_to_vaffinity). */
const affinity = (vcpu: number): number => (vcpu & 0xf) | ((vcpu >> 4) << 8)

/** Counts what Xen writes into the timer's node. `timerClock`: the host's has `clock-frequency`. */
export function timer(tree: TreeCounter, timerClock: boolean): void {
  tree.text('compatible', 'arm,armv8-timer'.length)
  tree.cells('interrupts', 3 * 3)
  tree.cells('interrupt-parent', 1)
  if (timerClock) tree.cells('clock-frequency', 1)
}

/** Counts what Xen writes into `/hypervisor`. `rangeCells`: cells of an address and a size below the root. */
export function hypervisor(tree: TreeCounter, { release, extendedRegions }: HypervisorShape, rangeCells = RANGE): void {
  tree.property('compatible', `xen,xen-${release} xen,xen `.length)
  tree.cells('reg', rangeCells * (1 + extendedRegions))
  tree.cells('interrupts', 3)
  tree.cells('interrupt-parent', 1)
}
