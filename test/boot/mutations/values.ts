/** Random changes of a property's value: cells as cells, texts as texts, and now and then bytes. */
import type { DtValue } from '../../../src/devicetree/model.ts'
import type { Random } from './random.ts'

/** A value that differs from `data`, and how, for people. */
export interface ChangedValue {
  readonly data: Uint8Array
  readonly how: string
}

export function changedValue(data: Uint8Array, random: Random): ChangedValue {
  if (random.below(10) === 0) return changedLength(data, random)
  if (isText(data)) return changedText(data, random)
  return data.length > 0 && data.length % 4 === 0 ? changedCells(data, random) : changedLength(data, random)
}

export const bytesValue = (data: Uint8Array): DtValue => [{ kind: 'bytes', data }]

const isText = (data: Uint8Array): boolean =>
  data.length > 1 && data.at(-1) === 0 && data[0] !== 0 && data.every((byte) => byte === 0 || (byte > 31 && byte < 127))

function changedLength(data: Uint8Array, random: Random): ChangedValue {
  const longer = (count: number): Uint8Array => Uint8Array.from([...data, ...new Uint8Array(count)])
  return random.pick<() => ChangedValue>([
    () => ({ data: new Uint8Array(), how: 'emptied' }),
    () => ({ data: data.subarray(0, Math.max(0, data.length - 1)), how: 'cut by a byte' }),
    () => ({ data: data.subarray(0, Math.max(0, data.length - 4)), how: 'cut by a cell' }),
    () => ({ data: longer(4), how: 'longer by a cell' }),
    () => ({ data: longer(1), how: 'longer by a byte' }),
  ])()
}

/** What a cell becomes, from what it is. */
const CELLS: readonly (readonly [how: string, cell: (cell: number) => number])[] = [
  ['0', () => 0],
  ['1', () => 1],
  ['the largest', () => 0xffff_ffff],
  ['one more', (cell) => cell + 1],
  ['one less', (cell) => cell - 1],
  ['twice', (cell) => cell * 2],
  ['half', (cell) => cell >>> 1],
  ['half a page more', (cell) => cell + 0x800],
  ['a page more', (cell) => cell + 0x1000],
  ['a page less', (cell) => cell - 0x1000],
  ['2 MiB more', (cell) => cell + 0x20_0000],
  ['2 MiB less', (cell) => cell - 0x20_0000],
  ['128 MiB more', (cell) => cell + 0x800_0000],
  ['1 GiB more', (cell) => cell + 0x4000_0000],
]

function changedCells(data: Uint8Array, random: Random): ChangedValue {
  const copy = Uint8Array.from(data)
  const view = new DataView(copy.buffer)
  const count = data.length / 4
  const index = random.below(count)
  const cell = view.getUint32(4 * index)
  if (count > 1 && random.below(8) === 0) {
    const other = (index + 1) % count
    view.setUint32(4 * index, view.getUint32(4 * other))
    view.setUint32(4 * other, cell)
    return { data: copy, how: `cells ${index} and ${other} exchanged` }
  }
  // Page tables keep 48 bits of an address: what becomes of more is chance.
  const [how, change] = random.pick(cell === 0 ? CELLS.filter(([, other]) => other(0) >>> 0 <= 0x1000) : CELLS)
  view.setUint32(4 * index, change(cell) >>> 0)
  return { data: copy, how: `cell ${index} of ${count}: ${how}` }
}

function changedText(data: Uint8Array, random: Random): ChangedValue {
  const text = Buffer.from(data).toString('latin1')
  const texts = text.slice(0, -1).split('\0')
  const index = random.below(texts.length)
  const one = texts[index] ?? ''
  const at = random.below(one.length)
  const instead = (words: readonly string[], how: string): ChangedValue => ({
    data: Buffer.from(words.map((word) => `${word}\0`).join(''), 'latin1'),
    how,
  })
  const replaced = (word: string, how: string): ChangedValue => instead(texts.with(index, word), how)
  return random.pick<() => ChangedValue>([
    () => ({ data: data.subarray(0, data.length - 1), how: 'without its end' }),
    () => instead(texts.toSpliced(index, 1), `without '${one}'`),
    () => instead([...texts, one], `'${one}' twice`),
    () => instead(texts.toReversed(), 'reversed'),
    () => replaced('', `'${one}' emptied`),
    () => replaced(one.slice(0, -1), `'${one}' cut`),
    () => replaced(`${one.slice(0, at)}${one.slice(at + 1)}`, `'${one}' without character ${at}`),
    () => replaced(`${one}x`, `'${one}' with an x`),
    () => replaced(one.toUpperCase(), `'${one}' in capitals`),
    () =>
      replaced(
        one.replace(/\d+/, (digits) => `${Number(digits) + 1}`),
        `'${one}' counted on`,
      ),
    () =>
      replaced(
        one
          .split(' ')
          .toSpliced(random.below(one.split(' ').length), 1)
          .join(' '),
        `a word less in '${one}'`,
      ),
    () => replaced(one.repeat(1 + Math.floor(1100 / (one.length + 1))), `'${one}' again and again`),
  ])()
}
