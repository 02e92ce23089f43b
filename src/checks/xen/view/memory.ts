/** RAM and reserved memory of the tree (bootinfo-fdt.c: device_tree_get_meminfo). */
import type { Origin } from '../../../diagnostics/diagnostic.ts'
import { bytes, type HostPhys, hostPhys } from '../../../units/quantities.ts'
import { type Range, range } from '../../../units/range.ts'
import { DEFAULT_CELLS } from '../../../xen/boot-limits.ts'
import { isCalledMemory, takesNameForRam } from '../../../xen/ram-nodes.ts'
import { isAtLeast, type Release } from '../../../xen/releases.ts'
import { firstString, originAt, type ReadProperty, readCells, readProperty } from './property.ts'
import { type Cells, isAvailable, type ScannedNode } from './scan.ts'

/** An entry of a node's list of ranges. */
export interface MemoryEntry {
  readonly range: Range<HostPhys>
  readonly node: ScannedNode
  readonly origin: Origin
}

/** A node whose ranges Xen needs and cannot read. */
export interface UnreadableMemory {
  readonly node: ScannedNode
  readonly property: string
  readonly why: 'missing' | 'cells'
}

/** Whether a release takes a node for RAM. */
export const isMemoryNode = (node: ScannedNode, release: Release): boolean =>
  node.depth > 0 && isCalledMemory(node.node.name) && (takesNameForRam(release) || isProperMemory(node))

/** Whether a node is a `/memory` node by the specification, right below the root (Devicetree Specification 0.4 §3.4). */
export function isProperMemory(node: ScannedNode): boolean {
  const type = readProperty(node.node, 'device_type')
  return node.depth === 1 && type !== undefined && firstString(type) === 'memory'
}

/** The entries of a property, or why Xen cannot read them. From 4.19 on a node that is not available has none. */
export function readRanges(
  node: ScannedNode,
  property: string,
  cells: Cells,
  release: Release,
): readonly MemoryEntry[] | UnreadableMemory {
  if (isAtLeast(release, '4.19') && !isAvailable(node)) return []
  if (cells.address < 1 || cells.size < 1) return { node, property, why: 'cells' }
  const value = readProperty(node.node, property)
  return value ? entriesOf(node, value, cells) : { node, property, why: 'missing' }
}

/** All whole entries of a property, also empty ones. Bytes after the last are ignored, as in Xen. */
export function entriesOf(node: ScannedNode, value: ReadProperty, cells: Cells): readonly MemoryEntry[] {
  const width = (cells.address + cells.size) * 4
  const entries: MemoryEntry[] = []
  for (let at = 0; at + width <= value.data.length; at += width) {
    const base = hostPhys(readCells(value, at, cells.address))
    const size = bytes(readCells(value, at + cells.address * 4, cells.size))
    entries.push({ range: range(base, size), node, origin: originAt(value, at) ?? node.origin })
  }
  return entries
}

/** Tells the two results of `readRanges` apart. */
export const isUnreadable = (result: readonly MemoryEntry[] | UnreadableMemory): result is UnreadableMemory =>
  'why' in result

/**
 * Every node below `/reserved-memory` with the cells that Xen reads it with: those of `/reserved-memory` itself or the
 * specification's defaults, never the root's.
 */
export function* reservedNodes(
  reserved: ScannedNode,
): Generator<{ readonly node: ScannedNode; readonly cells: Cells }> {
  const has = (name: string) => readProperty(reserved.node, name) !== undefined
  const cells = {
    address: has('#address-cells') ? reserved.childCells.address : DEFAULT_CELLS.address,
    size: has('#size-cells') ? reserved.childCells.size : DEFAULT_CELLS.size,
  }
  for (const node of reserved.children) yield* reservedBelow(node, cells)
}

function* reservedBelow(node: ScannedNode, cells: Cells): Generator<{ node: ScannedNode; cells: Cells }> {
  yield { node, cells }
  for (const child of node.children) yield* reservedBelow(child, node.childCells)
}
