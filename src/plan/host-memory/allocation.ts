/** Allocates host memory that stays assigned: as the manifest says, then as the lock says, then at the highest free address. */
import type { Origin, Report } from '../../diagnostics/diagnostic.ts'
import { EMPTY_LOCK, type Lock } from '../../facts/lock.ts'
import { formatRange, formatSize } from '../../units/format.ts'
import { alignUp, type Bytes, type HostPhys, hostPhys, minus, PAGE } from '../../units/quantities.ts'
import { type Range, range, totalSize } from '../../units/range.ts'
import { type Placement, type Placer, place } from '../lock/placer.ts'
import { rangesIn, rangesText, reportMoved } from '../lock/values.ts'
import type { Planned } from '../provenance.ts'
import { freeFor, isFree, placeStatic, type StaticRequest, type StaticSpace, splitAt, without } from './highest-fit.ts'
import { placeTight } from './tight-fit.ts'

/** A request for memory that has no place yet. */
export interface StaticItem {
  /** Entry of the lock; absent: no guest sees where it is. */
  readonly key?: string
  /** Its name in messages: `RAM of 'sensor'`. */
  readonly what: string
  /** JSON pointer of the key that asks for it. */
  readonly at: Origin
  /** In bytes, as asked for. */
  readonly size: Bytes
  readonly divisible: boolean
  readonly avoid: readonly Range<HostPhys>[]
  /**
   * No range reaches across this many bytes, counted from the first: the size of a guest's first bank of RAM. Absent: they stay whole, as for a
   * guest that sees the host's addresses and has as many banks as it has ranges.
   */
  readonly boundary?: Bytes
  /** Ranges that the manifest gives, with their pointers: they stay as they are, whatever else is there; rules judge them. */
  readonly given?: readonly { readonly range: Range<HostPhys>; readonly pointer: string }[]
}

export type PlacedMemory = readonly Planned<Range<HostPhys>>[]

/** The ranges of every item, host-physical; an item without room has none (RES-008). */
export type StaticPlaces = ReadonlyMap<StaticItem, PlacedMemory>

/**
 * Places `items`: explicit ranges first, then what the lock has, unchanged sizes before others, then the rest in the order of `items`, each as high as it fits. Where
 * that leaves something without room, other orders and divisions are tried (`placeTight`); what the lock has stays all the same.
 */
export function placeItems(items: readonly StaticItem[], free: StaticSpace, lock: Lock, report: Report): StaticPlaces {
  const placer = tightPlacer(items, items, free, place(items, free, MEMORY, EMPTY_LOCK).unplaced.length) ?? MEMORY
  const usual = place(items, free, placer, lock)
  const { places, unplaced, moved } = withRest(items, free, usual, lock) ?? usual
  for (const { item, space } of unplaced) reportNoRoom(item, space, report)
  for (const { item, before, now } of moved) reportMoved(report, item.at, item.what, rangesIn(before, hostPhys), now)
  return new Map(
    [...places].map(([item, found]) => [item, item.given ? givenPlaces(item, item.given) : banksOf(found)]),
  )
}

type MemoryPlacer = Placer<StaticItem, readonly Range<HostPhys>[], StaticSpace>
type MemoryPlacement = Placement<StaticItem, readonly Range<HostPhys>[], StaticSpace>

/** Where what the lock keeps is in the way of something, that and the rest of what is new get other places, if such are found. */
function withRest(
  items: readonly StaticItem[],
  free: StaticSpace,
  usual: MemoryPlacement,
  lock: Lock,
): MemoryPlacement | undefined {
  const isKept = (item: StaticItem): boolean => usual.places.get(item)?.by === 'lock'
  const kept = items.flatMap((item) => (isKept(item) ? (usual.places.get(item)?.value ?? []) : []))
  const rest = items.filter((item) => !isKept(item))
  const placer = tightPlacer(items, rest, without(free, kept), usual.unplaced.length)
  return placer && place(items, free, placer, lock)
}

/** One that gives each of `rest` its place among all of them; `undefined` where nothing is `missing` or no such places were found. */
function tightPlacer(
  items: readonly StaticItem[],
  rest: readonly StaticItem[],
  free: StaticSpace,
  missing: number,
): MemoryPlacer | undefined {
  if (missing === 0) return undefined
  const open = rest.filter(({ given }) => !given)
  const given = items.flatMap((item) => item.given ?? []).map((entry) => entry.range)
  const found = placeTight(open.map(requestOf), without(free, given).all)
  if (!found) return undefined
  const places = new Map(open.map((item, index) => [item, found[index] ?? []]))
  return {
    ...MEMORY,
    choose: (item, space) => {
      const own = places.get(item)
      if (!own || !isFree(space, own, requestOf(item))) return MEMORY.choose(item, space)
      return { value: cut(item, exactly(own, item.size)), by: 'allocated', reason: TIGHT_REASON }
    },
  }
}

const MEMORY: MemoryPlacer = {
  key: ({ key }) => key,
  given: (item) =>
    item.given && {
      value: cut(
        item,
        item.given.map((entry) => entry.range),
      ),
      by: 'manifest',
      at: item.given[0]?.pointer ?? '',
    },
  kept: [keptAsItIs, keptInPlace],
  choose: (item, space) => {
    const found = placeStatic(space, requestOf(item))
    return found && { value: cut(item, exactly(found, item.size)), by: 'allocated', reason: REASON }
  },
  without,
  text: rangesText,
}

const REASON = 'highest free range in RAM, below 4 GiB if it fits there'

const TIGHT_REASON = 'one of few ways in which everything fits into RAM'

/** Each range with the pointer of the one that it is, or is a part of. */
function givenPlaces(item: StaticItem, given: NonNullable<StaticItem['given']>): PlacedMemory {
  const ranges = cut(
    item,
    given.map((entry) => entry.range),
  )
  let at = ''
  return ranges.map((value) => {
    at = given.find((entry) => entry.range.base === value.base)?.pointer ?? at
    return { value, by: 'manifest', at }
  })
}

const banksOf = ({ value, ...source }: Planned<readonly Range<HostPhys>[]>): PlacedMemory =>
  value.map((bank) => ({ value: bank, ...source }))

const cut = ({ boundary }: StaticItem, ranges: readonly Range<HostPhys>[]): readonly Range<HostPhys>[] =>
  boundary === undefined ? ranges : splitAt(ranges, boundary)

/** An item without a size gets a place all the same, so that a rule can report it. */
const requestOf = ({ size, divisible, avoid }: StaticItem): StaticRequest => ({
  size: size === 0n ? PAGE : alignUp(size, PAGE),
  divisible,
  avoid,
})

/** Where the lock has it, if its size is unchanged and the place is free. */
function keptAsItIs(item: StaticItem, text: string, space: StaticSpace): readonly Range<HostPhys>[] | undefined {
  const locked = rangesIn(text, hostPhys)
  return totalSize(locked) === item.size && isFree(space, locked, requestOf(item)) ? cut(item, locked) : undefined
}

/** The same start with another end, if the added part is free. */
function keptInPlace(item: StaticItem, text: string, space: StaticSpace): readonly Range<HostPhys>[] | undefined {
  const locked = rangesIn(text, hostPhys)
  const last = locked.at(-1)
  if (!last) return undefined
  const before = locked.slice(0, -1)
  const left = minus(item.size, totalSize(before))
  if (left === 0n) return undefined
  const resized = [...before, range(last.base, left)]
  return isFree(space, resized, requestOf(item)) ? cut(item, resized) : undefined
}

/** Pieces of whole pages, cut to `size` at their end: a size that is not in whole pages is reported with its own value. */
function exactly(pieces: readonly Range<HostPhys>[], size: Bytes): readonly Range<HostPhys>[] {
  const excess = minus(totalSize(pieces), size)
  const last = pieces.at(-1)
  if (excess === 0n || !last) return pieces
  return [...pieces.slice(0, -1), range(last.base, minus(last.size, excess))]
}

function reportNoRoom(item: StaticItem, space: StaticSpace, report: Report): void {
  const free = freeFor(space, requestOf(item))
  const [largest] = free
  report('RES-008', {
    at: item.at,
    message: `${item.what} needs ${formatSize(item.size)}${item.divisible ? '' : ' in one range'}, and ${
      largest ? whatIsFree(item, largest, totalSize(free)) : 'no RAM is left'
    }`,
    help: 'ask for less, or reserve less RAM',
  })
}

function whatIsFree({ size, divisible }: StaticItem, largest: Range<HostPhys>, total: Bytes): string {
  const range = `the largest free range of RAM is ${formatSize(largest.size)} at ${formatRange(largest)}`
  return divisible && total < size
    ? `${formatSize(total)} of RAM are free besides what is reserved, given out or needed for files: ${formatSize(minus(size, total))} are missing`
    : range
}
