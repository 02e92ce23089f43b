/** Parts one after the other. */
import { alignUp, type Bytes, bytes, sum } from '../../units/quantities.ts'
import type { LayoutPart } from './device-layout.ts'

/** A part before it has its place. */
export type WantedPart = Omit<LayoutPart, 'offset'>

/** Each part at the first multiple of `alignment` after the one before; parts of no size are left out. `size`: of all of them, rounded up. */
export function appendParts(
  wanted: readonly WantedPart[],
  alignment: Bytes,
): {
  readonly parts: readonly LayoutPart[]
  readonly size: Bytes
} {
  const parts: LayoutPart[] = []
  let next = bytes(0)
  for (const part of wanted) {
    if (part.size === 0n) continue
    parts.push({ ...part, offset: next })
    next = alignUp(sum([next, part.size]), alignment)
  }
  return { parts, size: next }
}
