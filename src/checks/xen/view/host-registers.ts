/** Registers of the host's devices, in whole pages: Xen maps nothing smaller (common/device-tree/device-tree.c: dt_device_get_address). */
import { rangeEntries } from '../../../devicetree/readings/reg.ts'
import { translate, translatedReg } from '../../../devicetree/readings/translate.ts'
import { indexTree, type Place } from '../../../devicetree/readings/tree-index.ts'
import { bytes, type HostPhys, hostPhys, PAGE } from '../../../units/quantities.ts'
import { alignedAround, end, overlaps, type Range, range } from '../../../units/range.ts'
import { firstThat } from '../../../units/sorted.ts'
import type { XenView } from '../view.ts'
import { everyNode, type ScannedNode } from './scan.ts'

/** One entry of a device's `reg`. */
export interface Registers {
  readonly node: ScannedNode
  /** Half-open, in whole pages. */
  readonly pages: Range<HostPhys>
}

const known = new WeakMap<XenView, HostRegisters>()

/** Registers of a view's host; read once, however many rules ask. */
export function registersOf(view: XenView): HostRegisters {
  const registers = known.get(view) ?? new HostRegisters(view)
  known.set(view, registers)
  return registers
}

/** Registers in a list that is sorted by start, with the furthest exclusive end up to this place: a search for what overlaps a range begins at the first that reaches it. */
interface Reaching extends Registers {
  readonly furthest: HostPhys
}

/** Registers of the devices of one tree. */
export class HostRegisters {
  readonly #places: (path: string) => Place | undefined
  readonly #pages = new Map<ScannedNode, readonly Range<HostPhys>[]>()
  readonly #root: ScannedNode
  #known: readonly Reaching[] | undefined

  constructor({ context, root }: XenView) {
    const tree = indexTree(context.tree.root)
    this.#places = (path) => tree.at(path)
    this.#root = root
  }

  /** Made at the first use: most systems give no device away, and need no search. */
  get #sorted(): readonly Reaching[] {
    this.#known ??= this.#read()
    return this.#known
  }

  #read(): readonly Reaching[] {
    const all = devicesBelow(this.#root).flatMap((node) => this.of(node).map((pages) => ({ node, pages })))
    let furthest = hostPhys(0n)
    return all
      .sort((a, b) => (a.pages.base < b.pages.base ? -1 : a.pages.base > b.pages.base ? 1 : 0))
      .map((registers) => {
        if (end(registers.pages) > furthest) furthest = end(registers.pages)
        return { ...registers, furthest }
      })
  }

  /** Registers of all devices, by start. */
  get all(): readonly Registers[] {
    return this.#sorted
  }

  /** Half-open pages of the node's registers; none if it has none, or its bus does not translate them to host addresses. */
  of(node: ScannedNode): readonly Range<HostPhys>[] {
    const pages = this.#pages.get(node) ?? this.#readOf(node)
    this.#pages.set(node, pages)
    return pages
  }

  /** Registers of the node and of all nodes below it, and windows of the buses among these (PCI memory). */
  with(node: ScannedNode): readonly Range<HostPhys>[] {
    return everyNode(node)
      .flatMap((each) => this.of(each))
      .concat(this.#windows(node))
  }

  /** Registers that overlap `wanted`, without those of a bus if a node below it is among them. */
  in(wanted: Range<HostPhys>): readonly Registers[] {
    const found = this.#overlapping(wanted)
    const outer = new Set(found.flatMap(({ node }) => ancestorsOf(node)))
    return found.filter(({ node }) => !outer.has(node))
  }

  #overlapping(wanted: Range<HostPhys>): readonly Registers[] {
    const found: Registers[] = []
    let index = firstThat(this.#sorted, ({ furthest }) => furthest > wanted.base)
    for (let next = this.#sorted[index]; next && next.pages.base < end(wanted); next = this.#sorted[++index])
      if (overlaps(next.pages, wanted)) found.push(next)
    return found
  }

  #readOf(node: ScannedNode): readonly Range<HostPhys>[] {
    const place = this.#places(node.path)
    const reg = place && translatedReg(place)
    return reg?.ok ? reg.value.flatMap(pagesOf) : []
  }

  #windows(node: ScannedNode): readonly Range<HostPhys>[] {
    const place = this.#places(node.path)
    const parent = place?.parent
    if (!place || !parent) return []
    const windows = rangeEntries(place.node, parent.node)
    if (!windows.ok) return []
    return windows.value.flatMap(({ parentAddress: address, size }) => {
      const host = translate(parent, { address, size })
      return host.ok ? pagesOf(host.value) : []
    })
  }
}

const LIMIT = 1n << 64n

/** The pages of an entry of `reg`; none if it is empty or goes beyond 64 bits. */
const pagesOf = ({ address, size }: { address: bigint; size: bigint }): readonly Range<HostPhys>[] =>
  size === 0n || address + size > LIMIT ? [] : [alignedAround(range(hostPhys(address), bytes(size)), PAGE)]

/** Names of nodes that have addresses, but are not devices. */
const NO_DEVICES = /^(memory|cpus|chosen|reserved-memory|aliases)(@|$)/

const devicesBelow = (root: ScannedNode): readonly ScannedNode[] =>
  root.children.filter(({ node }) => !NO_DEVICES.test(node.name)).flatMap((node) => everyNode(node))

/** The nodes above `node`, the nearest first. */
export function ancestorsOf(node: ScannedNode): readonly ScannedNode[] {
  const found: ScannedNode[] = []
  for (let up = node.parent; up; up = up.parent) found.push(up)
  return found
}
