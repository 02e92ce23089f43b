/** Values of properties in the forms that U-Boot's `fdt set` takes. */
import type { Cell, DtValue } from '../devicetree/model.ts'
import { valueBytes } from '../devicetree/write/value-bytes.ts'
import type { FdtValue } from './assembly.ts'

/** `U_BOOT_CMD(fdt, 255, …)`: words of one command, four of which name what is set. */
const MOST_STRINGS = 251

const NOTHING = new Uint8Array()

/**
 * The same bytes as `value`: strings as such, 32-bit numbers as cells, the rest as bytes. Nothing for what has no bytes, such as a
 * reference: that is reported.
 */
export function fdtValue(value: DtValue): FdtValue {
  return asStrings(value) ?? asCells(value) ?? { kind: 'bytes', data: valueBytes(value) ?? NOTHING }
}

function asStrings(value: DtValue): FdtValue | undefined {
  const strings = value.flatMap((part) => (part.kind === 'string' ? [part.text] : []))
  const [first = ''] = strings
  const isReadable = strings.length <= MOST_STRINGS && !/^[<[]/.test(first) && !strings.some(isOdd)
  return isReadable && strings.length === value.length ? { kind: 'strings', strings } : undefined
}

/** The shell keeps printable ASCII only. */
const isOdd = (text: string): boolean => /[^\x20-\x7e]/.test(text)

function asCells(value: DtValue): FdtValue | undefined {
  const all = value.flatMap((part): readonly Cell[] => (part.kind === 'cells' && part.bits === 32 ? part.cells : []))
  const cells = all.filter((cell) => typeof cell === 'bigint')
  const isCells = value.every((part) => part.kind === 'cells' && part.bits === 32)
  return isCells && cells.length === all.length ? { kind: 'cells', cells } : undefined
}

/** Length of a value in bytes. */
export const lengthOf = (value: DtValue): number => valueBytes(value)?.length ?? 0
