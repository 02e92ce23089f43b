/** Values as DTS source: a list of items, which commas separate. */
import type { Cell, DtPart, DtProperty, ReferenceTarget } from '../model.ts'
import { holdsNumbers, holdsStrings } from './known.ts'
import { quoted } from './string-literal.ts'

/** Words that a line may be broken between, e.g. `<0x0` and `0x40000000>`. */
export type Item = readonly string[]

/** The items of a value; none for a property without value. `width`: cells of one entry, where that is known. */
export function printedItems(property: DtProperty, width: number | undefined): readonly Item[] {
  const entries = width === undefined ? undefined : printedEntries(property.value, width)
  if (entries) return entries
  const [only] = property.value
  if (only && property.value.length === 1) return printedPart(only, property.name)
  return property.value.flatMap((part) => printedPart(part, property.name))
}

/** Cells in entries of `width`; `undefined` when the value is not made of such. */
function printedEntries(value: readonly DtPart[], width: number): Item[] | undefined {
  const words: string[] = []
  for (const part of value) {
    const more =
      part.kind === 'bytes' ? wordsOf(part.data) : part.kind === 'cells' && part.bits === 32 && cellWords(part.cells)
    if (!more) return undefined
    for (const word of more) words.push(word)
  }
  if (width === 0 || words.length % width !== 0) return undefined
  const items: Item[] = []
  for (let at = 0; at < words.length; at += width) items.push(enclosed('<', words.slice(at, at + width), '>'))
  return items
}

function printedPart(part: DtPart, name: string): Item[] {
  if (part.kind === 'string') return [[quoted(part.text)]]
  if (part.kind === 'path') return [[reference(part.target)]]
  if (part.kind === 'bytes') return printedBytes(part.data, name)
  return [enclosed(part.bits === 32 ? '<' : `/bits/ ${part.bits} <`, cellWords(part.cells), '>')]
}

/** Bytes by their looks, as dtc guesses: text that ends and is visible, else whole cells, else bytes. */
function printedBytes(data: Uint8Array, name: string): Item[] {
  if (data.length === 0) return []
  const texts = visibleTexts(data)
  if (texts && !holdsNumbers(name) && (!texts.includes('') || holdsStrings(name))) {
    return texts.map((text) => [quoted(text)])
  }
  const words = wordsOf(data)
  if (words) return [enclosed('<', words, '>')]
  return [
    enclosed(
      '[',
      Array.from(data, (byte) => byte.toString(16).padStart(2, '0')),
      ']',
    ),
  ]
}

/** ASCII that shows, tab, newline and carriage return; also the NUL between texts. */
const VISIBLE = /^[\x20-\x7e\0\t\n\r]*$/

/** NUL-terminated ASCII; `undefined` for bytes that are something else. */
function visibleTexts(data: Uint8Array): string[] | undefined {
  if (data[0] === 0 || data[data.length - 1] !== 0) return undefined
  const text = Buffer.from(data.buffer, data.byteOffset, data.length - 1).toString('latin1')
  return VISIBLE.test(text) ? text.split('\0') : undefined
}

/** 32-bit cells; `undefined` if that leaves a rest. */
function wordsOf(data: Uint8Array): string[] | undefined {
  if (data.length % 4 !== 0) return undefined
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const words: string[] = []
  for (let at = 0; at < data.length; at += 4) words.push(`0x${view.getUint32(at).toString(16)}`)
  return words
}

const cellWords = (cells: readonly Cell[]): string[] =>
  cells.map((cell) => (typeof cell === 'bigint' ? `0x${cell.toString(16)}` : reference(cell.target)))

const reference = (target: ReferenceTarget): string => ('label' in target ? `&${target.label}` : `&{${target.path}}`)

function enclosed(open: string, words: readonly string[], close: string): Item {
  if (words.length <= 1) return [open + (words[0] ?? '') + close]
  return [open + words[0], ...words.slice(1, -1), words.at(-1) + close]
}
