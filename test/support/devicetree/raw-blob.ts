/** Blobs that are composed of tokens, so that they can have what no writer would write. */

/** Tokens of the structure block. */
export const token = { begin: 1, end: 2, property: 3, nop: 4, finish: 9 } as const

/** Parts of a blob. */
export interface RawBlob {
  readonly structure: Uint8Array
  readonly strings?: Uint8Array
  /** Header words by index that replace the right ones. */
  readonly header?: Readonly<Record<number, number>>
  readonly reservations?: readonly (readonly [bigint, bigint])[]
}

/** Big-endian words of 32 bits. */
export const words = (...values: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(4 * values.length)
  const view = new DataView(bytes.buffer)
  values.forEach((value, index) => {
    view.setUint32(4 * index, value)
  })
  return bytes
}

/** NUL-terminated text, padded to a multiple of 4. */
export const padded = (name: string): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil((name.length + 1) / 4) * 4)
  bytes.set(Buffer.from(name, 'latin1'))
  return bytes
}

/** One piece after the other. */
export const joined = (...pieces: readonly Uint8Array[]): Uint8Array => Buffer.concat(pieces)

/** The beginning of a node. */
export const beginNode = (name: string): Uint8Array => joined(words(token.begin), padded(name))

/** A blob of version 17 with these blocks in dtc's order. */
export function rawBlob({ structure, strings = padded('p'), header = {}, reservations = [] }: RawBlob): Uint8Array {
  const entries = new BigUint64Array([...reservations.flat(), 0n, 0n]).map(swap)
  const structureAt = 40 + entries.byteLength
  const stringsAt = structureAt + structure.length
  const total = stringsAt + strings.length
  const right = [0xd00dfeed, total, structureAt, stringsAt, 40, 17, 16, 0, strings.length, structure.length]
  const first = words(...right.map((word, index) => header[index] ?? word))
  return joined(first, new Uint8Array(entries.buffer), structure, strings)
}

const swap = (value: bigint): bigint => {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, value)
  return view.getBigUint64(0, true)
}

/** The structure of a root node around `inner`. */
export const rootWith = (...inner: readonly Uint8Array[]): Uint8Array =>
  joined(beginNode(''), ...inner, words(token.end, token.finish))
