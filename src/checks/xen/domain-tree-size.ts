/** Size of the flattened tree that Xen makes for a boot-time domain (dom0less-build.c: prepare_dtb_domU). */
import type { DtNode } from '../../devicetree/model.ts'
import type { Bytes } from '../../units/quantities.ts'
import { isAtLeast } from '../../xen/releases.ts'
import { type CpusShape, cpus, type HypervisorShape, hypervisor, psci, RANGE, timer } from './made-nodes.ts'
import { copy, TreeCounter } from './tree-counter.ts'

/** What the size depends on. Lengths are in bytes; those of strings are without their NUL. */
export interface DomainTreeShape extends CpusShape, HypervisorShape {
  readonly timerClock: boolean
  readonly gic: 'v2' | 'v3'
  readonly bootargs?: number
  readonly ramdisk: boolean
  /** Number of entries in `reg` of the domain's memory node. */
  readonly memoryRanges: number
  /** Regions of shared memory, with their guest-physical addresses. */
  readonly shared: readonly { readonly id: string; readonly address: bigint }[]
  readonly vpl011: boolean
  /** Whether the domain gets a `/hypervisor` node: `xen,enhanced` is there, and not `disabled`. */
  readonly hypervisor: boolean
  /** Nodes of the partial tree that are copied, without what Xen takes out of them. */
  readonly copied?: readonly DtNode[]
}

/** `totalsize` of the tree that Xen makes for such a domain. */
export function domainTreeSize(shape: DomainTreeShape): Bytes {
  const tree = new TreeCounter()
  tree.node('', () => {
    tree.cells('#address-cells', 1)
    tree.cells('#size-cells', 1)
    tree.node('chosen', () => chosen(tree, shape))
    tree.node('psci', () => psci(tree))
    tree.node('cpus', () => cpus(tree, shape))
    tree.node('memory@40000000', () => {
      tree.text('device_type', 'memory'.length)
      tree.cells('reg', RANGE * shape.memoryRanges)
    })
    if (shape.shared.length > 0) tree.node('reserved-memory', () => reservedMemory(tree, shape))
    tree.node('interrupt-controller@3001000', () => interruptController(tree, shape))
    tree.node('timer', () => timer(tree, shape.timerClock))
    if (shape.vpl011) tree.node('sbsa-uart@22000000', () => vpl011(tree))
    if (shape.hypervisor) tree.node('hypervisor', () => hypervisor(tree, shape))
    for (const node of shape.copied ?? []) copy(tree, node)
  })
  return tree.size
}

/** Size of a tree that has nothing but `nodes`: no tree that they are copied to is smaller. */
export function leastTreeSize(nodes: readonly DtNode[]): Bytes {
  const tree = new TreeCounter()
  for (const node of nodes) copy(tree, node)
  return tree.size
}

function chosen(tree: TreeCounter, shape: DomainTreeShape): void {
  if (shape.bootargs !== undefined) tree.text('bootargs', shape.bootargs)
  if (!shape.ramdisk) return
  tree.cells('linux,initrd-start', 2)
  tree.cells('linux,initrd-end', 2)
}

function interruptController(tree: TreeCounter, shape: DomainTreeShape): void {
  tree.cells('#address-cells', 1)
  tree.cells('#interrupt-cells', 1)
  tree.property('interrupt-controller', 0)
  if (shape.gic === 'v3' && isAtLeast(shape.release, '4.20')) tree.cells('#redistributor-regions', 1)
  tree.text('compatible', (shape.gic === 'v3' ? 'arm,gic-v3' : 'arm,gic-400').length)
  tree.cells('reg', 2 * RANGE)
  tree.cells('linux,phandle', 1)
  tree.cells('phandle', 1)
}

/** Counts `/reserved-memory` (static-shmem.c: make_resv_memory_node, make_shm_resv_memory_node). */
function reservedMemory(tree: TreeCounter, { shared }: DomainTreeShape): void {
  tree.property('ranges', 0)
  tree.cells('#address-cells', 1)
  tree.cells('#size-cells', 1)
  for (const { id, address } of shared)
    tree.node(`xen-shmem@${address.toString(16)}`, () => {
      tree.text('compatible', 'xen,shared-memory-v1'.length)
      tree.cells('reg', RANGE)
      tree.text('xen,id', id.length)
      tree.cells('xen,offset', 2)
    })
}

function vpl011(tree: TreeCounter): void {
  tree.text('compatible', 'arm,sbsa-uart'.length)
  tree.cells('reg', RANGE)
  tree.cells('interrupts', 3)
  tree.cells('interrupt-parent', 1)
  tree.cells('current-speed', 1)
}
