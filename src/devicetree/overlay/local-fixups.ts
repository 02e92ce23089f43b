/** What an overlay says of phandles of its own to the program that applies it, which moves them out of the way (libfdt's fdt_overlay.c). */
import { InternalError } from '../../diagnostics/internal-error.ts'
import { cells, node, property } from '../build.ts'
import type { CellsPart, DtNode, DtPart, DtValue } from '../model.ts'
import { partBytes } from '../write/value-bytes.ts'

/**
 * `/__local_fixups__` of an overlay that is made rather than read: a node for each that holds references to others of the overlay, and there a
 * property with the offsets of their cells. `undefined`: nothing refers to anything. `overlay`: before `resolve`.
 */
export function localFixups(overlay: DtNode, name = '__local_fixups__'): DtNode | undefined {
  const properties = overlay.properties.flatMap(({ name: of, value }) => {
    const offsets = offsetsOfReferences(value)
    return offsets.length === 0 ? [] : [property(of, [cells(offsets)])]
  })
  const children = overlay.children.flatMap((child) => localFixups(child, child.name) ?? [])
  return properties.length + children.length === 0 ? undefined : node(name, { properties, children })
}

/** In bytes, from the beginning of the value. */
function offsetsOfReferences(value: DtValue): readonly number[] {
  if (!value.some(isReferring)) return []
  const offsets: number[] = []
  let size = 0
  for (const part of value) {
    if (isReferring(part))
      offsets.push(...part.cells.flatMap((cell, index) => (typeof cell === 'bigint' ? [] : [size + 4 * index])))
    size += sizeOf(part)
  }
  return offsets
}

/** Only 32-bit cells hold references. */
const isReferring = (part: DtPart): part is CellsPart =>
  part.kind === 'cells' && part.cells.some((cell) => typeof cell !== 'bigint')

function sizeOf(part: DtPart): number {
  if (part.kind === 'cells') return (part.cells.length * part.bits) / 8
  const bytes = partBytes(part)
  if (!(bytes instanceof Uint8Array)) throw new InternalError(`size of a part of an overlay: ${bytes}`)
  return bytes.length
}
