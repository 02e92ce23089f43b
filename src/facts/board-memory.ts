/** RAM and who owns parts of it, from the host tree. */
import { type DeviceTree, type DtNode, hasProperty, propertyNamed } from '../devicetree/model.ts'
import { baseName, deviceType, isAvailable, sizeCells } from '../devicetree/readings/node.ts'
import { type Reading, read, unread } from '../devicetree/readings/reading.ts'
import { type RegEntry, regEntries } from '../devicetree/readings/reg.ts'
import type { Place, TreeIndex } from '../devicetree/readings/tree-index.ts'
import { cellsOf, fromCells } from '../devicetree/readings/values.ts'
import { bytes, type HostPhys, hostPhys } from '../units/quantities.ts'
import { end, overlaps, type Range, range, subtract } from '../units/range.ts'
import { MAX_MEMORY_BANKS } from '../xen/boot-limits.ts'
import type { DynamicReservation, OwnedMemory } from './facts.ts'

const LIMIT: HostPhys = hostPhys(1n << 64n)

/** Says what cannot be read, with the node that it is about; the rest is read all the same. */
export type Complain = (path: string, reason: string) => void

/**
 * Most entries of each kind that are looked at, so that a hostile tree costs no more than others. Xen stops at a quarter of them, which
 * its own rules report (FDT-004, FDT-005).
 */
const MOST = 4 * MAX_MEMORY_BANKS

/**
 * Banks in tree order, by Xen's rule for memory nodes: at the root, named `memory`, of that `device_type`, available
 * (`device_tree_is_memory_node`). Empty entries are left out; of overlapping ones the later loses the overlap.
 */
export function ramBanks(tree: TreeIndex, complain: Complain): Range<HostPhys>[] {
  const entries = tree
    .children(tree.root)
    .filter(({ node }) => baseName(node) === 'memory' && deviceType(node) === 'memory' && isAvailable(node))
    .flatMap(({ node, path }) => rangesOf(node, tree.root.node, 'reg', path, complain))
  const banks: Range<HostPhys>[] = []
  for (const entry of entries.slice(0, MOST))
    if (banks.some((bank) => overlaps(bank, entry))) banks.push(...subtract([entry], banks))
    else banks.push(entry)
  return banks
}

/** Where RAM begins that the firmware is to fill in: the first address of a memory node at the root. `undefined`: none says one. */
export function ramToFillIn(tree: TreeIndex): HostPhys | undefined {
  const addresses = tree
    .children(tree.root)
    .filter(({ node }) => baseName(node) === 'memory' && deviceType(node) === 'memory')
    .flatMap(({ node }) => {
      const entries = regEntries(node, tree.root.node)
      return entries.ok ? entries.value.map(({ address }) => address) : []
    })
  const [first] = addresses.filter((address) => address < LIMIT)
  return first === undefined ? undefined : hostPhys(first)
}

/** The children of `/reserved-memory` that say where they are; each entry of `reg` is one. */
export function reservedMemory(tree: TreeIndex, complain: Complain): OwnedMemory[] {
  return reservations(tree)
    .flatMap(({ node, path, parent }) =>
      rangesOf(node, parent.node, 'reg', path, complain).map((reserved) => ({
        range: reserved,
        owner: path,
        by: 'reserved-memory' as const,
        noMap: hasProperty(node, 'no-map'),
      })),
    )
    .slice(0, MOST)
}

/** The children of `/reserved-memory` that leave their place to the operating system. */
export function dynamicReservations(tree: TreeIndex, complain: Complain): DynamicReservation[] {
  return reservations(tree).flatMap(({ node, path, parent }) => {
    if (hasProperty(node, 'reg') || !hasProperty(node, 'size')) return []
    const size = numberOf(node, parent.node, 'size')
    const alignment = hasProperty(node, 'alignment') ? numberOf(node, parent.node, 'alignment') : undefined
    for (const reading of [size, alignment]) if (reading && !reading.ok) complain(path, reading.reason)
    if (!size.ok || alignment?.ok === false) return []
    const within = rangesOf(node, parent.node, 'alloc-ranges', path, complain)
    return [{ path, size: bytes(size.value), ...(alignment ? { alignment: bytes(alignment.value) } : {}), within }]
  })
}

/** The memory reservation block of the blob; empty entries are left out. */
export function reservationBlock(tree: DeviceTree, complain: Complain): OwnedMemory[] {
  return tree.reservations.slice(0, MOST).flatMap((entry, index) => {
    const owner = `memory reservation ${index + 1}`
    const reserved = hostRange(entry)
    if (reserved === 'past 64 bits') complain('/', `${owner} goes past the last 64-bit address`)
    return typeof reserved === 'object' ? [{ range: reserved, owner, by: 'memreserve' as const, noMap: false }] : []
  })
}

type ChildPlace = Place & { readonly parent: Place }

function reservations(tree: TreeIndex): ChildPlace[] {
  const parent = tree.at('/reserved-memory')
  if (!parent) return []
  return tree
    .children(parent)
    .filter(({ node }) => isAvailable(node))
    .map(({ node, path }) => ({ node, path, parent }))
}

/** The non-empty ranges of `property`, in host addresses: memory and its reservations need no translation. */
function rangesOf(node: DtNode, parent: DtNode, property: string, path: string, complain: Complain): Range<HostPhys>[] {
  const entries = regEntries(node, parent, property)
  if (!entries.ok) {
    complain(path, entries.reason)
    return []
  }
  return entries.value.flatMap((entry) => {
    const found = hostRange(entry)
    if (found === 'past 64 bits') complain(path, `an entry of '${property}' goes past the last 64-bit address`)
    return typeof found === 'object' ? [found] : []
  })
}

function hostRange({ address, size }: RegEntry): Range<HostPhys> | 'empty' | 'past 64 bits' {
  if (size === 0n) return 'empty'
  const found = range(hostPhys(address), bytes(size))
  return end(found) <= LIMIT ? found : 'past 64 bits'
}

/** A number of as many cells as a size below `parent` has. */
function numberOf(node: DtNode, parent: DtNode, name: string): Reading<bigint> {
  const cells = cellsOf(propertyNamed(node, name))
  return cells?.length === sizeCells(parent)
    ? read(fromCells(cells))
    : unread(`'${name}' is not a number of ${sizeCells(parent)} cells`)
}
