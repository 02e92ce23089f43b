/** `reg` and `ranges` as entries: Devicetree Specification 0.4 §2.3.6, §2.3.8, §2.3.9. Addresses are the bus's, not the CPU's. */
import { type DtNode, propertyNamed } from '../model.ts'
import { addressCells, sizeCells } from './node.ts'
import { type Reading, read, unread } from './reading.ts'
import { cellsOf, fromCells } from './values.ts'

/** Most cells of an address or size that Linux and Xen take (`OF_MAX_ADDR_CELLS`, `DT_MAX_ADDR_CELLS`). */
export const MAX_CELLS = 4

/** One entry of `reg`. Half-open: [address, address + size). */
export interface RegEntry {
  /** All address cells as one number; on a PCI bus the flags stand above bit 63. */
  readonly address: bigint
  /** In bytes; 0 on a bus with `#size-cells` 0. */
  readonly size: bigint
}

/** One entry of `ranges`: a window of the node's children's addresses in the address space of the node's parent. */
export interface RangeEntry {
  readonly childAddress: bigint
  readonly parentAddress: bigint
  readonly size: bigint
}

/** The entries of a node's `reg`; `property` is for others of the same form. Missing: no entries. */
export function regEntries(node: DtNode, parent: DtNode, property = 'reg'): Reading<readonly RegEntry[]> {
  const widths = [addressCells(parent), sizeCells(parent)] as const
  const entries = splitCells(node, property, widths)
  if (!entries.ok) return entries
  return read(entries.value.map(([address = 0n, size = 0n]) => ({ address, size })))
}

/** The entries of a bus's `ranges` or `dma-ranges`. Empty: the child's addresses are the parent's. Missing: no reading. */
export function rangeEntries(bus: DtNode, parent: DtNode, property = 'ranges'): Reading<readonly RangeEntry[]> {
  if (!propertyNamed(bus, property)) return unread(`no '${property}'`)
  const entries = splitCells(bus, property, [addressCells(bus), addressCells(parent), sizeCells(bus)])
  if (!entries.ok) return entries
  return read(
    entries.value.map(([childAddress = 0n, parentAddress = 0n, size = 0n]) => ({ childAddress, parentAddress, size })),
  )
}

/** Cuts a value into entries of numbers that have as many cells as `widths` says. Missing: no entries. */
export function splitCells(node: DtNode, name: string, widths: readonly number[]): Reading<bigint[][]> {
  const property = propertyNamed(node, name)
  if (!property) return read([])
  const cells = cellsOf(property)
  if (!cells) return unread(`'${name}' is not a whole number of cells`)
  const width = widths.reduce((sum, cellCount) => sum + cellCount, 0)
  if (widths.some((cellCount) => cellCount > MAX_CELLS) || width === 0) {
    return unread(`'${name}' has numbers of ${widths.join(', ')} cells`)
  }
  if (cells.length % width !== 0) return unread(`'${name}' has ${cells.length} cells, not a multiple of ${width}`)
  const entries: bigint[][] = []
  for (let at = 0; at < cells.length; at += width) {
    let from = at
    entries.push(
      widths.map((cellCount) => {
        from += cellCount
        return fromCells(cells.slice(from - cellCount, from))
      }),
    )
  }
  return read(entries)
}
