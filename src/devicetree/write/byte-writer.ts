/** A growing buffer of big-endian words and bytes. */
export class ByteWriter {
  /** Bytes written so far. */
  length = 0
  private data = new Uint8Array(1 << 14)
  private view = new DataView(this.data.buffer)

  word(value: number): void {
    this.reserve(4)
    this.view.setUint32(this.length, value)
    this.length += 4
  }

  /** Overwrites the word at `offset`. */
  setWord(offset: number, value: number): void {
    this.view.setUint32(offset, value)
  }

  wordAt(offset: number): number {
    return this.view.getUint32(offset)
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.data.set(bytes, this.length)
    this.length += bytes.length
  }

  /** An ASCII name with its NUL. */
  name(name: string): void {
    this.reserve(name.length + 1)
    for (let i = 0; i < name.length; i++) this.data[this.length + i] = name.charCodeAt(i)
    this.length += name.length + 1
  }

  /** Zeroes up to the next multiple of 4. */
  align(): void {
    const aligned = Math.ceil(this.length / 4) * 4
    this.reserve(aligned - this.length)
    this.length = aligned
  }

  /** What was written; a view that the next write may invalidate. */
  written(): Uint8Array {
    return this.data.subarray(0, this.length)
  }

  private reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.data.length) return
    const grown = new Uint8Array(Math.max(2 * this.data.length, needed))
    grown.set(this.written())
    this.data = grown
    this.view = new DataView(grown.buffer)
  }
}
