/** Values of properties in the forms that U-Boot's `fdt set` takes. */
import type { CellsPart, DtPart, DtValue } from '../devicetree/model.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import type { FdtValue } from './assembly.ts'

/** `U_BOOT_CMD(fdt, 255, …)`: words of one command, four of which name what is set. */
const MOST_STRINGS = 251

/** The same bytes as `value`, which holds no references: strings as such, 32-bit numbers as cells, the rest as bytes. */
export function fdtValue(value: DtValue): FdtValue {
  const strings = value.flatMap((part) => (part.kind === 'string' ? [part.text] : []))
  const [first = ''] = strings
  if (strings.length === value.length && strings.length <= MOST_STRINGS && !/^[<[]/.test(first) && !strings.some(isOdd))
    return { kind: 'strings', strings }
  const cells = value.flatMap((part) => (part.kind === 'cells' && part.bits === 32 ? part.cells.map(numberOf) : []))
  if (value.every((part) => part.kind === 'cells' && part.bits === 32)) return { kind: 'cells', cells }
  return { kind: 'bytes', data: bytesOf(value) }
}

const REFERENCE = 'what is added to the tree refers to a node'

/** The shell keeps printable ASCII only. */
const isOdd = (text: string): boolean => /[^\x20-\x7e]/.test(text)

/** Length of a value in bytes. */
export const lengthOf = (value: DtValue): number => bytesOf(value).length

function bytesOf(value: DtValue): Uint8Array {
  return Buffer.concat(value.map(partBytes))
}

function partBytes(part: DtPart): Uint8Array {
  switch (part.kind) {
    case 'string':
      return Buffer.from(`${part.text}\0`, 'utf8')
    case 'bytes':
      return part.data
    case 'cells':
      return Buffer.concat(part.cells.map((cell) => cellBytes(numberOf(cell), part.bits)))
    case 'path':
      throw new InternalError(REFERENCE)
  }
}

function cellBytes(value: bigint, bits: CellsPart['bits']): Uint8Array {
  const data = Buffer.alloc(8)
  data.writeBigUInt64BE(BigInt.asUintN(64, value))
  return data.subarray(8 - bits / 8)
}

function numberOf(cell: CellsPart['cells'][number]): bigint {
  if (typeof cell === 'bigint') return cell
  throw new InternalError(REFERENCE)
}
