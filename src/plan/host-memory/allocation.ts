/** Who gets which memory of the host for good: what the manifest says, then what the lock says, then the highest free places. */
import type { Origin, Report } from '../../diagnostics/diagnostic.ts'
import type { Lock } from '../../facts/lock.ts'
import { formatRange, formatSize } from '../../units/format.ts'
import { alignUp, type Bytes, type HostPhys, hostPhys, minus, PAGE } from '../../units/quantities.ts'
import { type Range, range, totalSize } from '../../units/range.ts'
import { byLock, lockedRanges, reportMoved } from '../lock/values.ts'
import type { Planned } from '../provenance.ts'
import { isFree, largestFree, placeStatic, type StaticRequest, type StaticSpace, without } from './highest-fit.ts'

/** Memory that is wanted, before it has a place. */
export interface StaticItem {
  /** Entry of the lock; absent: nobody sees where it lies. */
  readonly key?: string
  /** For people: `RAM of 'sensor'`. */
  readonly what: string
  /** Where the manifest asks for it. */
  readonly at: Origin
  /** In bytes, as asked for. */
  readonly size: Bytes
  readonly divisible: boolean
  readonly avoid: readonly Range<HostPhys>[]
  /** Ranges that the manifest gives, with their pointers: they stay as they are, whatever else is there; rules judge them. */
  readonly given?: readonly { readonly range: Range<HostPhys>; readonly pointer: string }[]
}

export type PlacedMemory = readonly Planned<Range<HostPhys>>[]

/** Place of every item; one without room has none (RES-008). */
export type StaticPlaces = ReadonlyMap<StaticItem, PlacedMemory>

/** Places `items`: explicit ranges first, then what the lock has, unchanged sizes before others, then the rest in the order of `items`. */
export function placeItems(items: readonly StaticItem[], free: StaticSpace, lock: Lock, report: Report): StaticPlaces {
  const places = new Map<StaticItem, PlacedMemory>()
  let space = free
  const take = (item: StaticItem, placed: PlacedMemory): void => {
    places.set(item, placed)
    space = without(
      space,
      placed.map(({ value }) => value),
    )
  }
  for (const item of items) if (item.given) take(item, givenPlaces(item.given))
  const open = items.filter((item) => !item.given)
  for (const keep of [keptAsItIs, keptInPlace])
    for (const item of open) {
      const kept = places.has(item) ? undefined : keep(item, space, lock)
      if (kept && item.key !== undefined)
        take(
          item,
          kept.map((value) => ({ value, ...byLock(item.key ?? '') })),
        )
    }
  for (const item of open) {
    if (places.has(item)) continue
    const found = placeStatic(space, requestOf(item))
    if (!found) reportNoRoom(item, space, report)
    else {
      const before = lockOf(item, lock)
      const now = exactly(found, item.size)
      if (before.length > 0) reportMoved(report, item.at, item.what, before, now)
      take(
        item,
        now.map((value) => ({ value, by: 'allocated', reason: REASON })),
      )
    }
  }
  return places
}

const REASON = 'highest free range in RAM, below 4 GiB if it fits there'

const givenPlaces = (given: NonNullable<StaticItem['given']>): PlacedMemory =>
  given.map((entry) => ({ value: entry.range, by: 'manifest', at: entry.pointer }))

/** What has no size gets a place all the same, so that a rule can speak of it. */
const requestOf = ({ size, divisible, avoid }: StaticItem): StaticRequest => ({
  size: size === 0n ? PAGE : alignUp(size, PAGE),
  divisible,
  avoid,
})

const lockOf = ({ key }: StaticItem, lock: Lock): readonly Range<HostPhys>[] =>
  key === undefined ? [] : lockedRanges(lock, key, hostPhys)

/** Where the lock has it, if it still has that size and nobody else the place. */
function keptAsItIs(item: StaticItem, space: StaticSpace, lock: Lock): readonly Range<HostPhys>[] | undefined {
  const locked = lockOf(item, lock)
  const isSame = locked.length > 0 && totalSize(locked) === item.size
  return isSame && isFree(space, locked, requestOf(item)) ? locked : undefined
}

/** The same beginning with another end, if what is new is free. */
function keptInPlace(item: StaticItem, space: StaticSpace, lock: Lock): readonly Range<HostPhys>[] | undefined {
  const locked = lockOf(item, lock)
  const last = locked.at(-1)
  if (!last) return undefined
  const before = locked.slice(0, -1)
  const left = minus(item.size, totalSize(before))
  if (left === 0n) return undefined
  const resized = [...before, range(last.base, left)]
  return isFree(space, resized, requestOf(item)) ? resized : undefined
}

/** Pieces of whole pages, cut to `size` at their end: a size that is none is reported as it is. */
function exactly(pieces: readonly Range<HostPhys>[], size: Bytes): readonly Range<HostPhys>[] {
  const excess = minus(totalSize(pieces), size)
  const last = pieces.at(-1)
  if (excess === 0n || !last) return pieces
  return [...pieces.slice(0, -1), range(last.base, minus(last.size, excess))]
}

function reportNoRoom(item: StaticItem, space: StaticSpace, report: Report): void {
  const largest = largestFree(space, requestOf(item))
  report('RES-008', {
    at: item.at,
    message: `${item.what} needs ${formatSize(item.size)}${item.divisible ? '' : ' in one range'}, and ${
      largest
        ? `the largest free range of RAM is ${formatSize(largest.size)} at ${formatRange(largest)}`
        : 'no RAM is left'
    }`,
    help: 'ask for less, or reserve less RAM',
  })
}
