/**
 * Size of the flattened tree that Xen makes for a boot-time domain (prepare_dtb_domU), as libfdt's sequential writer counts
 * it: header, reservation block, structure, and each property name once, or not at
 * all where another one ends in it.
 */
import type { DtNode, DtProperty } from '../../devicetree/model.ts'
import { valueBytes } from '../../devicetree/write/value-bytes.ts'
import { type Bytes, bytes } from '../../units/quantities.ts'
import { isAtLeast, type Release } from '../../xen/releases.ts'

/** Header rounded to an entry, and the terminating entry of the reservation block. */
const FIXED = 48 + 16

/** What decides the size. Lengths in bytes, of texts without their NUL. */
export interface DomainTreeShape {
  readonly release: Release
  readonly vcpus: number
  /** `compatible` of the host's first processor, with its NULs. */
  readonly cpuCompatible: number
  /** The host's first processor has `clock-frequency`. */
  readonly cpuClock: boolean
  readonly timerClock: boolean
  readonly gic: 'v2' | 'v3'
  readonly arm64: boolean
  readonly bootargs?: number
  readonly ramdisk: boolean
  /** Entries of `reg` of its memory. */
  readonly memoryRanges: number
  /** Regions of shared memory, with their guest-physical addresses. */
  readonly shared: readonly { readonly id: string; readonly address: bigint }[]
  readonly vpl011: boolean
  /** `xen,enhanced` in any form but disabled. */
  readonly hypervisor: boolean
  /** Ranges of the hypervisor node besides the grant window: at most this many. */
  readonly extendedRegions: number
  /** Nodes of the partial tree that are copied, without what Xen takes out of them. */
  readonly copied?: readonly DtNode[]
}

/** A trie of names from their last letters on: it shows whether one ends in another without comparing it with all. */
interface Letters {
  readonly before: Map<string, Letters>
}

class Counter {
  #structure = 0
  #strings = 0
  readonly #ends: Letters = { before: new Map() }

  node(name: string, contents: () => void): void {
    this.#structure += 8 + align4(name.length + 1)
    contents()
  }

  property(name: string, length: number): void {
    if (this.#isNew(name)) this.#strings += name.length + 1
    this.#structure += 12 + align4(length)
  }

  text(name: string, length: number): void {
    this.property(name, length + 1)
  }

  cells(name: string, count: number): void {
    this.property(name, count * 4)
  }

  get size(): Bytes {
    return bytes(FIXED + this.#structure + 4 + this.#strings)
  }

  /** Whether no name so far ends in `name`; from now on one does. */
  #isNew(name: string): boolean {
    let at = this.#ends
    let isNew = false
    for (let index = name.length - 1; index >= 0; index--) {
      const letter = name.charAt(index)
      const next = at.before.get(letter) ?? { before: new Map() }
      isNew ||= !at.before.has(letter)
      at.before.set(letter, next)
      at = next
    }
    return isNew
  }
}

const align4 = (length: number): number => (length + 3) & ~3

/** Two cells of address and two of size. */
const RANGE = 4

export function domainTreeSize(shape: DomainTreeShape): Bytes {
  const tree = new Counter()
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
    tree.node('timer', () => timer(tree, shape))
    if (shape.vpl011) tree.node('sbsa-uart@22000000', () => vpl011(tree))
    if (shape.hypervisor) tree.node('hypervisor', () => hypervisor(tree, shape))
    for (const node of shape.copied ?? []) copy(tree, node)
  })
  return tree.size
}

/** Of a tree that has nothing but `nodes`: no tree that they are copied to is smaller. */
export function leastTreeSize(nodes: readonly DtNode[]): Bytes {
  const tree = new Counter()
  for (const node of nodes) copy(tree, node)
  return tree.size
}

function copy(tree: Counter, { name, properties, children }: DtNode): void {
  tree.node(name, () => {
    for (const property of properties) tree.property(property.name, lengthOf(property))
    for (const child of children) copy(tree, child)
  })
}

const lengthOf = ({ value }: DtProperty): number => valueBytes(value)?.length ?? 0

function chosen(tree: Counter, shape: DomainTreeShape): void {
  if (shape.bootargs !== undefined) tree.text('bootargs', shape.bootargs)
  if (!shape.ramdisk) return
  tree.cells('linux,initrd-start', 2)
  tree.cells('linux,initrd-end', 2)
}

function psci(tree: Counter): void {
  tree.property('compatible', 'arm,psci-1.0 arm,psci-0.2 arm,psci '.length)
  tree.text('method', 'hvc'.length)
  tree.cells('cpu_off', 1)
  tree.cells('cpu_on', 1)
}

function cpus(tree: Counter, shape: DomainTreeShape): void {
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

/** Sixteen vCPUs to a cluster (arch/arm/include/asm/domain.h: vcpuid_to_vaffinity). */
const affinity = (vcpu: number): number => (vcpu & 0xf) | ((vcpu >> 4) << 8)

function interruptController(tree: Counter, shape: DomainTreeShape): void {
  tree.cells('#address-cells', 1)
  tree.cells('#interrupt-cells', 1)
  tree.property('interrupt-controller', 0)
  if (shape.gic === 'v3' && isAtLeast(shape.release, '4.20')) tree.cells('#redistributor-regions', 1)
  tree.text('compatible', (shape.gic === 'v3' ? 'arm,gic-v3' : 'arm,gic-400').length)
  tree.cells('reg', 2 * RANGE)
  tree.cells('linux,phandle', 1)
  tree.cells('phandle', 1)
}

function timer(tree: Counter, shape: DomainTreeShape): void {
  tree.text('compatible', 'arm,armv8-timer'.length)
  tree.cells('interrupts', 3 * 3)
  tree.cells('interrupt-parent', 1)
  if (shape.timerClock) tree.cells('clock-frequency', 1)
}

/** make_resv_memory_node, make_shm_resv_memory_node in static-shmem.c. */
function reservedMemory(tree: Counter, { shared }: DomainTreeShape): void {
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

function vpl011(tree: Counter): void {
  tree.text('compatible', 'arm,sbsa-uart'.length)
  tree.cells('reg', RANGE)
  tree.cells('interrupts', 3)
  tree.cells('interrupt-parent', 1)
  tree.cells('current-speed', 1)
}

function hypervisor(tree: Counter, shape: DomainTreeShape): void {
  tree.property('compatible', `xen,xen-${shape.release} xen,xen `.length)
  tree.cells('reg', RANGE * (1 + shape.extendedRegions))
  tree.cells('interrupts', 3)
  tree.cells('interrupt-parent', 1)
}
