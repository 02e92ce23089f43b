/** Values of properties in the forms that U-Boot's `fdt set` reads. */
import type { DtPart, DtValue } from '../devicetree/model.ts'
import { valueBytes } from '../devicetree/write/value-bytes.ts'
import type { FdtCell, FdtValue } from './assembly.ts'
import type { CellOf } from './phandle-cells.ts'

/** Most words for a value: a command has at most 255 (`U_BOOT_CMD(fdt, 255, …)`), and four of them name what is set. */
const MOST_STRINGS = 251

const NOTHING = new Uint8Array()

/** A value with the same bytes: strings as strings, 32-bit numbers and references as cells, all else as bytes. What cannot be encoded is left out, and reported by a rule. */
export function fdtValue(value: DtValue, cellOf: CellOf): FdtValue {
  return asStrings(value) ?? asCells(value, cellOf) ?? { kind: 'bytes', data: valueBytes(value) ?? NOTHING }
}

function asStrings(value: DtValue): FdtValue | undefined {
  const strings = value.flatMap((part) => (part.kind === 'string' ? [part.text] : []))
  const [first = ''] = strings
  const isReadable = strings.length <= MOST_STRINGS && !/^[<[]/.test(first) && !strings.some(isOdd)
  return isReadable && strings.length === value.length ? { kind: 'strings', strings } : undefined
}

/** Whether `text` has characters other than printable ASCII, which U-Boot's shell does not keep. */
const isOdd = (text: string): boolean => /[^\x20-\x7e]/.test(text)

function asCells(value: DtValue, cellOf: CellOf): FdtValue | undefined {
  const cells: FdtCell[] = []
  for (const part of value) {
    if (part.kind !== 'cells' || part.bits !== 32) return undefined
    for (const cell of part.cells) {
      const known = typeof cell === 'bigint' ? cell : cellOf(cell)
      if (known === undefined) return undefined
      cells.push(known)
    }
  }
  return { kind: 'cells', cells }
}

/** Length of a value in bytes; a reference takes a cell. */
export const lengthOf = (value: DtValue): number => value.reduce((total, part) => total + partLength(part), 0)

const partLength = (part: DtPart): number =>
  part.kind === 'cells' ? (part.cells.length * part.bits) / 8 : (valueBytes([part])?.length ?? 0)
