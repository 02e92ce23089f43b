/** Half-open ranges in one address space, and the set operations that allocators and overlap rules need. */
import { type Address, alignDown, alignUp, type Bytes, bytes, distance, offset } from './quantities.ts'

/** Half-open: [base, base + size). `size` > 0, and the end does not exceed 2^64. */
export interface Range<A extends Address> {
  readonly base: A
  readonly size: Bytes
}

export const range = <A extends Address>(base: A, size: Bytes): Range<A> => ({ base, size })

/** The range from `base` up to, and without, `limit`. */
export const rangeBetween = <A extends Address>(base: A, limit: A): Range<A> => ({ base, size: distance(base, limit) })

/** First address past the range. */
export const end = <A extends Address>(r: Range<A>): A => offset(r.base, r.size)

export const overlaps = <A extends Address>(a: Range<A>, b: Range<A>): boolean => a.base < end(b) && b.base < end(a)

/** Whether `inner` lies wholly inside `outer`. */
export const contains = <A extends Address>(outer: Range<A>, inner: Range<A>): boolean =>
  outer.base <= inner.base && end(inner) <= end(outer)

export const containsAddress = <A extends Address>(r: Range<A>, address: A): boolean =>
  r.base <= address && address < end(r)

/** What both have in common, or `undefined`. */
export function intersection<A extends Address>(a: Range<A>, b: Range<A>): Range<A> | undefined {
  const base = a.base > b.base ? a.base : b.base
  const limit = end(a) < end(b) ? end(a) : end(b)
  return base < limit ? rangeBetween(base, limit) : undefined
}

/** Ascending by base; ties by size. */
export const byBase = <A extends Address>(a: Range<A>, b: Range<A>): number =>
  a.base < b.base ? -1 : a.base > b.base ? 1 : a.size < b.size ? -1 : a.size > b.size ? 1 : 0

/** The union as ascending ranges that neither overlap nor touch. Empty ranges vanish. */
export function merge<A extends Address>(ranges: Iterable<Range<A>>): Range<A>[] {
  const merged: Range<A>[] = []
  for (const next of [...ranges].filter((r) => r.size > 0n).sort(byBase)) {
    const last = merged.at(-1)
    if (!last || end(last) < next.base) merged.push(next)
    else if (end(last) < end(next)) merged[merged.length - 1] = rangeBetween(last.base, end(next))
  }
  return merged
}

/** `ranges` minus every hole, ascending and merged. */
export function subtract<A extends Address>(ranges: Iterable<Range<A>>, holes: Iterable<Range<A>>): Range<A>[] {
  const cuts = merge(holes)
  const left: Range<A>[] = []
  for (const whole of merge(ranges)) {
    let from = whole.base
    for (const cut of cuts) {
      if (end(cut) <= from) continue
      if (end(whole) <= cut.base) break
      if (from < cut.base) left.push(rangeBetween(from, cut.base))
      from = end(cut)
    }
    if (from < end(whole)) left.push(rangeBetween(from, end(whole)))
  }
  return left
}

/** Total length of ranges that do not overlap. */
export const totalSize = <A extends Address>(ranges: Iterable<Range<A>>): Bytes => {
  let total = 0n
  for (const r of ranges) total += r.size
  return bytes(total)
}

/** The last `size` bytes of `r`, or all of it when it is not longer. */
export const lastPart = <A extends Address>(r: Range<A>, size: Bytes): Range<A> =>
  r.size <= size ? r : rangeBetween((end(r) - size) as A, end(r))

/** `r` from its first multiple of `alignment` (a power of two) on, if there is one. */
export function alignedPart<A extends Address>(r: Range<A>, alignment: Bytes): Range<A> | undefined {
  const base = alignUp(r.base, alignment)
  return base < end(r) ? rangeBetween(base, end(r)) : undefined
}

/** The smallest range of whole multiples of `alignment` (a power of two) around `r`. */
export const alignedAround = <A extends Address>(r: Range<A>, alignment: Bytes): Range<A> =>
  rangeBetween(alignDown(r.base, alignment), alignUp(end(r), alignment))

/** The lowest range of `size` bytes inside `hole` that starts at a multiple of `alignment` (a power of two), if any. */
export function lowestAligned<A extends Address>(hole: Range<A>, size: Bytes, alignment: Bytes): Range<A> | undefined {
  const lowest = range(alignUp(hole.base, alignment), size)
  return contains(hole, lowest) ? lowest : undefined
}

/** The highest range of `size` bytes inside `hole` that starts at a multiple of `alignment` (a power of two), if any. */
export function highestAligned<A extends Address>(hole: Range<A>, size: Bytes, alignment: Bytes): Range<A> | undefined {
  if (size > hole.size) return undefined
  const highest = range(alignDown((end(hole) - size) as A, alignment), size)
  return contains(hole, highest) ? highest : undefined
}
