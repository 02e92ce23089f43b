/** Places memory in the host that keeps its address from boot to boot: RAM of domains, shared memory, Xen's heap. Pure. */
import {
  type Bytes,
  bytes,
  type HostPhys,
  hostPhys,
  KiB,
  MiB,
  minus,
  PAGE,
  sum,
  times,
} from '../../units/quantities.ts'
import {
  alignedPart,
  contains,
  end,
  highestAligned,
  intersection,
  overlaps,
  type Range,
  range,
  rangeBetween,
  subtract,
} from '../../units/range.ts'

/** What is free, best places first: a request takes the first of these lists that has room for it. */
export interface StaticSpace {
  readonly preferred: readonly Range<HostPhys>[]
  /** Contains `preferred`. */
  readonly all: readonly Range<HostPhys>[]
}

/** A request for memory. */
export interface StaticRequest {
  /** More than 0, whole pages. */
  readonly size: Bytes
  /** It may be divided if no free range holds it whole. */
  readonly divisible: boolean
  /** Ranges that this request must not use. */
  readonly avoid: readonly Range<HostPhys>[]
}

const BELOW_4_GIB = range(hostPhys(0n), times(4096, MiB))
const ABOVE_4_GIB = rangeBetween(end(BELOW_4_GIB), hostPhys(1n << 64n))

/** Most pieces of one request: each is a bank of Xen's reserved memory, of which it holds 256 in all. */
export const MOST_PIECES = 16

/** Smallest piece of a divided request. */
const PIECE: Bytes = times(2, MiB)

/**
 * What `size` bytes start at a multiple of, if they may: 2 MiB, so that Xen maps them in large blocks; 64 KiB, so that a guest with pages
 * of that size can map them alone; else Xen's page.
 */
export const usualAlignment = (size: Bytes): Bytes =>
  size >= PIECE ? PIECE : size >= times(64, KiB) ? times(64, KiB) : PAGE

/** `space` without `taken`. */
export const without = ({ preferred, all }: StaticSpace, taken: readonly Range<HostPhys>[]): StaticSpace => ({
  preferred: subtract(preferred, taken),
  all: subtract(all, taken),
})

/** Whether all of `ranges` are free, and they suit the request. */
export const isFree = ({ all }: StaticSpace, ranges: readonly Range<HostPhys>[], { avoid }: StaticRequest): boolean =>
  ranges.every(
    (wanted) => all.some((hole) => contains(hole, wanted)) && !avoid.some((other) => overlaps(other, wanted)),
  )

/**
 * The highest free place, below 4 GiB as long as there is one: 32-bit guests and devices reach it, and files that U-Boot loads lie at the
 * other end of RAM. In pieces, largest first, where that is allowed and needed. `undefined`: there is no room.
 */
export function placeStatic(space: StaticSpace, request: StaticRequest): readonly Range<HostPhys>[] | undefined {
  for (const holes of [space.preferred, space.all]) {
    const usable = subtract(holes, request.avoid)
    for (const half of [BELOW_4_GIB, ABOVE_4_GIB]) {
      const found = highestFit(partsIn(usable, half), request.size)
      if (found) return [found]
    }
  }
  return request.divisible ? inPieces(subtract(space.all, request.avoid), request.size) : undefined
}

const partsIn = (holes: readonly Range<HostPhys>[], half: Range<HostPhys>): readonly Range<HostPhys>[] =>
  holes.flatMap((hole) => intersection(hole, half) ?? [])

function highestFit(holes: readonly Range<HostPhys>[], size: Bytes): Range<HostPhys> | undefined {
  const alignment = usualAlignment(size)
  for (const hole of holes.toReversed()) {
    const found = highestAligned(hole, size, alignment)
    if (found) return found
  }
  return undefined
}

function inPieces(holes: readonly Range<HostPhys>[], size: Bytes): readonly Range<HostPhys>[] | undefined {
  const usable = holes.flatMap((hole) => wholePieces(hole) ?? [])
  const largestFirst = usable.toSorted(bySizeThenHighest)
  const pieces: Range<HostPhys>[] = []
  let left = size
  for (const hole of largestFirst.slice(0, MOST_PIECES)) {
    if (left === 0n) break
    const piece = left < hole.size ? highestAligned(hole, left, usualAlignment(left)) : hole
    if (!piece) continue
    pieces.push(piece)
    left = minus(left, piece.size)
  }
  return left === 0n ? pieces : undefined
}

const bySizeThenHighest = (a: Range<HostPhys>, b: Range<HostPhys>): number => {
  if (a.size !== b.size) return a.size > b.size ? -1 : 1
  return a.base > b.base ? -1 : 1
}

/** The part of a hole that begins and ends at multiples of a piece. */
function wholePieces(hole: Range<HostPhys>): Range<HostPhys> | undefined {
  const aligned = alignedPart(hole, PIECE)
  return aligned && aligned.size >= PIECE
    ? range(aligned.base, bytes(aligned.size - (aligned.size % PIECE)))
    : undefined
}

/** What is free for the request, in whole pages, largest first; for messages. */
export const freeFor = ({ all }: StaticSpace, { avoid }: StaticRequest): readonly Range<HostPhys>[] =>
  subtract(all, avoid).toSorted(bySizeThenHighest)

/**
 * `ranges` with none across `boundary`, counted in bytes from the first: up to Xen 4.21 a range that reaches from a guest's first bank of RAM
 * into the second is counted wrong (static-memory.c: allocate_static_memory).
 */
export function splitAt(ranges: readonly Range<HostPhys>[], boundary: Bytes): readonly Range<HostPhys>[] {
  let before = sum([])
  return ranges.flatMap((whole) => {
    const room = minus(boundary, before)
    before = sum([before, whole.size])
    if (room === 0n || room >= whole.size) return [whole]
    const first = range(whole.base, room)
    return [first, rangeBetween(end(first), end(whole))]
  })
}
