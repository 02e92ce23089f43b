/** Values as Xen's parsers see them: bytes, to be read as text or cells, whatever they were written as. */
import { type Cell, type DtNode, type DtPart, type DtProperty, propertyNamed } from '../../../devicetree/model.ts'
import { partBytes } from '../../../devicetree/write/value-bytes.ts'
import type { Origin } from '../../../diagnostics/diagnostic.ts'

const decoder = new TextDecoder()

/** A property in bytes, with the origin of each part. */
export interface ReadProperty {
  readonly name: string
  readonly data: Uint8Array
  /** Ascending; `from` is the offset of the part's first byte. */
  readonly parts: readonly { readonly from: number; readonly origin?: Origin }[]
  readonly origin?: Origin
}

/** The property of that name; `undefined`: there is none. */
export function readProperty(node: DtNode, name: string): ReadProperty | undefined {
  const property = propertyNamed(node, name)
  return property && decoded(property)
}

/** Properties are encoded once: most rules look at the same few of every node. */
const values = new WeakMap<DtProperty, ReadProperty>()

function decoded(property: DtProperty): ReadProperty {
  let value = values.get(property)
  if (!value) {
    value = readValue(property)
    values.set(property, value)
  }
  return value
}

function readValue(property: DtProperty): ReadProperty {
  const parts: { from: number; origin?: Origin }[] = []
  const chunks: Uint8Array[] = []
  let from = 0
  for (const part of property.value) {
    const data = bytesOrPlaceholder(part)
    parts.push(part.origin ? { from, origin: part.origin } : { from })
    chunks.push(data)
    from += data.length
  }
  const [first] = chunks
  const data = first && chunks.length === 1 ? first : Buffer.concat(chunks)
  const { name, origin } = property
  return origin ? { name, data, parts, origin } : { name, data, parts }
}

/** Bytes of a part. A reference that cannot be resolved is as many zeros. */
function bytesOrPlaceholder(part: DtPart): Uint8Array {
  const data = partBytes(part)
  if (data instanceof Uint8Array) return data
  const known = part.kind === 'cells' && partBytes({ ...part, cells: part.cells.map(orZero) })
  return known instanceof Uint8Array ? known : new Uint8Array(1)
}

const orZero = (cell: Cell): bigint => (typeof cell === 'bigint' ? cell : 0n)

/** Origin of the part that holds byte `at`, else the property's. */
export const originAt = (property: ReadProperty, at: number): Origin | undefined =>
  property.parts.findLast((part) => part.from <= at)?.origin ?? property.origin

/** Text up to the first NUL, as C reads it. */
export function firstString(property: ReadProperty): string {
  const end = property.data.indexOf(0)
  return decoder.decode(end < 0 ? property.data : property.data.subarray(0, end))
}

/** As `dt_property_read_string` does; `undefined`: the property is missing or empty, or has no NUL. */
export function readString(node: DtNode, name: string): string | undefined {
  const property = readProperty(node, name)
  return property?.data.includes(0) ? firstString(property) : undefined
}

const NONE: readonly string[] = []

const lists = new WeakMap<ReadProperty, readonly string[]>()

/** All strings of a string list. */
export function stringList(property: ReadProperty | undefined): readonly string[] {
  if (!property || property.data.length === 0) return NONE
  let list = lists.get(property)
  if (!list) {
    list = stringsIn(property)
    lists.set(property, list)
  }
  return list
}

function stringsIn(property: ReadProperty): readonly string[] {
  const texts = decoder.decode(property.data).split('\0')
  if (texts.at(-1) === '') texts.pop()
  return texts
}

/** Number of bytes before the first NUL, as `strlen` counts. */
export function stringLength(property: ReadProperty): number {
  const end = property.data.indexOf(0)
  return end < 0 ? property.data.length : end
}

/** As `dt_property_read_u32` does; `undefined`: the property is missing, or shorter than a cell. */
export function readU32(node: DtNode, name: string): number | undefined {
  const property = readProperty(node, name)
  return property && property.data.length >= 4 ? Number(readCells(property, 0, 1)) : undefined
}

/** As `dt_property_read_u64` does; `undefined`: the property is missing, or shorter than two cells. */
export function readU64(node: DtNode, name: string): bigint | undefined {
  const property = readProperty(node, name)
  return property && property.data.length >= 8 ? readCells(property, 0, 2) : undefined
}

/** The number in `count` cells from byte `at` on, which have to be there. */
export function readCells(property: ReadProperty, at: number, count: number): bigint {
  const view = new DataView(property.data.buffer, property.data.byteOffset, property.data.byteLength)
  let value = 0n
  for (let cell = 0; cell < count; cell++) value = (value << 32n) | BigInt(view.getUint32(at + cell * 4))
  return BigInt.asUintN(64, value)
}
