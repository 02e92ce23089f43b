/** NUL-terminated names inside a blob. */
import { MAX_NAME_LENGTH, propertyNameFault, shown } from '../limits.ts'
import { damaged } from './damage.ts'
import type { Extent } from './header.ts'

/** A name of at most MAX_NAME_LENGTH bytes, one character per byte; `undefined` when no NUL ends it in time or in the block. */
export function terminatedName(data: Buffer, from: number, limit: number): string | undefined {
  const end = data.indexOf(0, from)
  if (end < 0 || end >= limit || end - from > MAX_NAME_LENGTH) return undefined
  return data.toString('latin1', from, end)
}

/** The name of properties, and the last node that was found to have one: blobs hold the properties of a node together. */
export interface PropertyName {
  readonly text: string
  lastOwner: object | undefined
}

/** Property names by their offset in the strings block, each decoded and checked once. */
export class StringsBlock {
  private readonly data: Buffer
  private readonly block: Extent
  private readonly byOffset = new Map<number, PropertyName>()
  private readonly byText = new Map<string, PropertyName>()

  constructor(data: Buffer, block: Extent) {
    this.data = data
    this.block = block
  }

  /** The name at `offset` from the block's start; `reader` says where in the blob it is asked for. Equal names are one object. */
  name(offset: number, reader: { here(): string }): PropertyName {
    const known = this.byOffset.get(offset)
    if (known) return known
    const from = this.block.from + offset
    const text = from < this.block.to ? terminatedName(this.data, from, this.block.to) : undefined
    if (text === undefined) {
      return damaged(
        `${reader.here()}: no property name at 0x${offset.toString(16)} in the strings block, or one too long`,
      )
    }
    const fault = propertyNameFault(text)
    if (fault) damaged(`${reader.here()}: the property name ${shown(text)} ${fault}`)
    const name = this.byText.get(text) ?? { text, lastOwner: undefined }
    this.byText.set(text, name)
    this.byOffset.set(offset, name)
    return name
  }
}
