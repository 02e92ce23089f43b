/** A property whose bytes may be overwritten while its types are kept. */
import type { DtPart, DtProperty } from '../model.ts'
import { partBytes, valueBytes } from '../write/value-bytes.ts'
import { OverlayProblem } from './overlay-problem.ts'

export class BlobProperty {
  readonly source: DtProperty
  #bytes: Uint8Array | undefined
  #isChanged = false

  constructor(source: DtProperty) {
    this.source = source
  }

  get bytes(): Uint8Array {
    this.#bytes ??= valueBytes(this.source.value)
    if (!this.#bytes) throw new OverlayProblem(`the value of '${this.source.name}' has no bytes`, this.source.origin)
    return this.#bytes
  }

  /** The 32-bit number at a byte offset, aligned or not; `undefined` if it would lie outside. */
  word(offset = 0): number | undefined {
    return offset + 4 <= this.bytes.length ? this.#view().getUint32(offset) : undefined
  }

  /** Overwrites the 32-bit number at a byte offset that is inside. */
  setWord(offset: number, value: number): void {
    if (!this.#isChanged) this.#bytes = this.bytes.slice()
    this.#isChanged = true
    this.#view().setUint32(offset, value)
  }

  /** The text of a value that is one string; `undefined` if it is none. */
  text(): string | undefined {
    const { bytes } = this
    if (bytes.length === 0 || bytes.indexOf(0) !== bytes.length - 1) return undefined
    return new TextDecoder().decode(bytes.subarray(0, -1))
  }

  /** As plain data. */
  finished(): DtProperty {
    if (!this.#isChanged) return this.source
    let offset = 0
    const value = this.source.value.map((part) => {
      const old = partBytes(part)
      const size = old instanceof Uint8Array ? old.length : 0
      const fresh = this.bytes.slice(offset, offset + size)
      offset += size
      return old instanceof Uint8Array && Buffer.compare(old, fresh) === 0 ? part : retyped(part, fresh)
    })
    return { ...this.source, value }
  }

  #view(): DataView {
    const { bytes } = this
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }
}

/** 32-bit cells stay cells; nothing else is expected to hold phandles. */
function retyped(part: DtPart, data: Uint8Array): DtPart {
  const origin = part.origin && { origin: part.origin }
  if (part.kind !== 'cells' || part.bits !== 32) return { kind: 'bytes', data, ...origin }
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const cells = part.cells.map((_, index) => BigInt(view.getUint32(4 * index)))
  return { kind: 'cells', bits: 32, cells, ...origin }
}
