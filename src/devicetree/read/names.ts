/** NUL-terminated names inside a blob. */
import { MAX_NAME_LENGTH } from '../limits.ts'
import { damaged } from './damage.ts'
import type { Extent } from './header.ts'

/** A name of at most MAX_NAME_LENGTH bytes, one character per byte; `undefined` when no NUL ends it in time or in the block. */
export function terminatedName(data: Buffer, from: number, limit: number): string | undefined {
  const end = data.indexOf(0, from)
  if (end < 0 || end >= limit || end - from > MAX_NAME_LENGTH) return undefined
  return data.toString('latin1', from, end)
}

/** Property names by their offset in the strings block, each decoded once. */
export class StringsBlock {
  private readonly data: Buffer
  private readonly block: Extent
  private readonly known = new Map<number, string>()

  constructor(data: Buffer, block: Extent) {
    this.data = data
    this.block = block
  }

  /** The name at `offset` from the block's start; `at` says who asks, for the message. */
  name(offset: number, at: () => string): string {
    const known = this.known.get(offset)
    if (known !== undefined) return known
    const from = this.block.from + offset
    const name = from < this.block.to ? terminatedName(this.data, from, this.block.to) : undefined
    if (name === undefined) {
      return damaged(`${at()}: its name at 0x${offset.toString(16)} in the strings block is not there, or too long`)
    }
    this.known.set(offset, name)
    return name
  }
}
