/**
 * Values as the types that bindings give them (Devicetree Specification 0.4 §2.2.4). Each takes a property that may be missing, of
 * typed parts or plain bytes alike, and is `undefined` where the value is not of the type: missing, of a wrong length, not terminated, or with
 * references that `resolve` has not replaced yet.
 */
import type { DtProperty } from '../model.ts'
import { valueBytes } from '../write/value-bytes.ts'

type Value = DtProperty | undefined

const decoder = new TextDecoder()

/** The bytes of a value; empty for a property without value. */
export const bytesOf = (property: Value): Uint8Array | undefined => property && valueBytes(property.value)

/** `<stringlist>`: every string, also empty ones. Bytes that are no UTF-8 become U+FFFD. */
export function stringList(property: Value): readonly string[] | undefined {
  const bytes = bytesOf(property)
  if (!bytes || bytes.length === 0 || bytes.at(-1) !== 0) return undefined
  return decoder.decode(bytes.subarray(0, -1)).split('\0')
}

/** `<string>`: the first string of the value, which is all that Linux and Xen look at. */
export function stringValue(property: Value): string | undefined {
  const bytes = bytesOf(property)
  const end = bytes?.indexOf(0) ?? -1
  return end < 0 ? undefined : decoder.decode(bytes?.subarray(0, end))
}

/** `<prop-encoded-array>` of 32-bit numbers; empty for a property without value. */
export function cellsOf(property: Value): readonly number[] | undefined {
  const bytes = bytesOf(property)
  if (!bytes || bytes.length % 4 !== 0) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const cells: number[] = []
  for (let at = 0; at < bytes.length; at += 4) cells.push(view.getUint32(at))
  return cells
}

/** `<u32>`: exactly four bytes. */
export function u32(property: Value): number | undefined {
  const cells = cellsOf(property)
  return cells?.length === 1 ? cells[0] : undefined
}

/** `<u64>`: exactly eight bytes. */
export function u64(property: Value): bigint | undefined {
  const cells = cellsOf(property)
  return cells?.length === 2 ? fromCells(cells) : undefined
}

/** A number of one or two cells, as addresses and sizes of boot modules come. */
export const u32OrU64 = (property: Value): bigint | undefined => {
  const cells = cellsOf(property)
  return cells?.length === 1 || cells?.length === 2 ? fromCells(cells) : undefined
}

/** Cells, most significant first, as one number. No cells: 0. */
export function fromCells(cells: readonly number[]): bigint {
  let value = 0n
  for (const cell of cells) value = (value << 32n) | BigInt(cell)
  return value
}
