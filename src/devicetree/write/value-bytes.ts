/** What a value is in a blob: Devicetree Specification 0.4 §2.2.4, big-endian. */
import type { CellsPart, DtPart, DtValue } from '../model.ts'

const encoder = new TextEncoder()

/** Unicode's classes are slow to set up: asked only of text that has half a pair, or a whole one, at all. */
const hasLoneSurrogate = (text: string): boolean => /[\ud800-\udfff]/.test(text) && /\p{Surrogate}/u.test(text)

/** Why a part has no bytes yet, or never can have. */
export type PartFault = 'unresolved reference' | 'number out of range' | 'not a Unicode string'

/** The bytes of one part; text is UTF-8, with its NUL. */
export function partBytes(part: DtPart): Uint8Array | PartFault {
  if (part.kind === 'bytes') return part.data
  if (part.kind === 'cells') return cellBytes(part)
  if (part.kind === 'path') return 'unresolved reference'
  return hasLoneSurrogate(part.text) ? 'not a Unicode string' : encoder.encode(`${part.text}\0`)
}

function cellBytes(part: CellsPart): Uint8Array | PartFault {
  const width = part.bits / 8
  const data = new Uint8Array(part.cells.length * width)
  const view = new DataView(data.buffer)
  let offset = 0
  for (const cell of part.cells) {
    if (typeof cell !== 'bigint') return 'unresolved reference'
    if (BigInt.asUintN(part.bits, cell) !== cell) return 'number out of range'
    setCell(view, offset, part.bits, cell)
    offset += width
  }
  return data
}

function setCell(view: DataView, offset: number, bits: CellsPart['bits'], cell: bigint): void {
  if (bits === 64) view.setBigUint64(offset, cell)
  else if (bits === 32) view.setUint32(offset, Number(cell))
  else if (bits === 16) view.setUint16(offset, Number(cell))
  else view.setUint8(offset, Number(cell))
}

const EMPTY = new Uint8Array(0)

/** The bytes of a whole value; `undefined` while it holds references (`resolve` first), or where it can have none. */
export function valueBytes(value: DtValue): Uint8Array | undefined {
  const [first, ...rest] = value
  if (!first) return EMPTY
  const parts = rest.length === 0 ? [partBytes(first)] : value.map(partBytes)
  if (parts.length === 1 && parts[0] instanceof Uint8Array) return parts[0]
  return parts.every((part) => part instanceof Uint8Array) ? Buffer.concat(parts) : undefined
}
