/**
 * Places what the usual order of things leaves without room: looks at many ways to divide the holes, where `placeStatic` looks at one. What may not be divided
 * comes first, in every order and wherever that makes a difference; what may be gets what is left, page by page. Pure.
 */
import { alignDown, alignUp, type Bytes, type HostPhys, hostPhys, minus, offset, PAGE } from '../../units/quantities.ts'
import {
  alignedPart,
  byBase,
  end,
  lastPart,
  merge,
  type Range,
  range,
  rangeBetween,
  subtract,
  totalSize,
} from '../../units/range.ts'
import { MOST_PIECES, type StaticRequest } from './highest-fit.ts'

/** Most requests that may not be divided: each costs a look at all others. */
const MOST_WHOLE = 64

/**
 * Most holes that are looked at, whatever the number of requests. Enough for every way to place four requests that may not be divided in three holes; of more, some
 * way may be missed.
 */
const MOST_LOOKS = 50_000

type Ranges = readonly Range<HostPhys>[]

/** Ranges of all `requests`, in their order, in `free`; `undefined` where no way to place them all was found. */
export function placeTight(requests: readonly StaticRequest[], free: Ranges): readonly Ranges[] | undefined {
  return new Search(requests).run(wholePages(free))
}

const wholePages = (holes: Ranges): Ranges =>
  holes.flatMap((hole) => {
    const from = alignedPart(hole, PAGE)
    const limit = alignDown(end(hole), PAGE)
    return from && from.base < limit ? [rangeBetween(from.base, limit)] : []
  })

class Search {
  readonly #whole: readonly StaticRequest[]
  readonly #divisible: readonly StaticRequest[]
  readonly #requests: readonly StaticRequest[]
  /** Of what divisible requests keep away from, in whole pages. */
  readonly #edges: readonly HostPhys[]
  #looks = 0

  constructor(requests: readonly StaticRequest[]) {
    this.#requests = requests
    this.#whole = requests.filter(({ divisible }) => !divisible).toSorted(largestFirst)
    // Those that cannot take every hole before those that can.
    this.#divisible = requests.filter(({ divisible }) => divisible).toSorted(mostToAvoidFirst)
    const kept = merge(this.#divisible.flatMap(({ avoid }) => avoid))
    this.#edges = kept.flatMap((area) => [alignDown(area.base, PAGE), alignUp(end(area), PAGE)])
  }

  run(free: Ranges): readonly Ranges[] | undefined {
    if (this.#whole.length > MOST_WHOLE) return undefined
    const sizes = this.#requests.map(({ size }) => alignUp(size, PAGE))
    if (sizes.reduce((sum, size) => sum + size, 0n) > totalSize(free)) return undefined
    const places = this.#placeWhole(this.#whole, free, new Map())
    return places && this.#requests.map((request) => places.get(request) ?? [])
  }

  #placeWhole(left: readonly StaticRequest[], free: Ranges, places: Places): Places | undefined {
    if (left.length === 0) {
      this.#looks += free.length * this.#divisible.length
      return placeDivided(this.#divisible, free, places)
    }
    for (const [index, request] of left.entries()) {
      if (left.slice(0, index).some((before) => isAlike(before, request))) continue
      for (const place of this.#placesFor(request, free)) {
        if (this.#looks > MOST_LOOKS) return undefined
        const own = [range(place.base, request.size)]
        const found = this.#placeWhole(
          left.toSpliced(index, 1),
          subtract(free, [place]),
          new Map([...places, [request, own]]),
        )
        if (found) return found
      }
    }
    return undefined
  }

  /**
   * Highest first. Any way to place everything can be pushed upwards until each range touches the end of a hole or a range above it, or until it would take more
   * of what those need that have to keep away from something: then it touches an edge of that.
   */
  #placesFor(request: StaticRequest, free: Ranges): Ranges {
    this.#looks += free.length
    const size = alignUp(request.size, PAGE)
    return wholePages(subtract(free, request.avoid))
      .toReversed()
      .flatMap((hole) => {
        const limits = [end(hole), ...this.#edges.flatMap((edge) => [edge, offset(edge, size)])]
        const highest = [...new Set(limits)].toSorted((a, b) => (a > b ? -1 : 1))
        return highest.flatMap((limit) => {
          const fits = limit <= end(hole) && limit - size >= hole.base
          return fits ? [range(hostPhys(limit - size), size)] : []
        })
      })
  }
}

type Places = ReadonlyMap<StaticRequest, Ranges>

/** Each takes the largest of what is left, so that it comes in few pieces. */
function placeDivided(requests: readonly StaticRequest[], free: Ranges, before: Places): Places | undefined {
  const places = new Map(before)
  let left = free
  for (const request of requests) {
    const pieces = piecesOf(request, left)
    if (!pieces) return undefined
    places.set(request, pieces)
    left = subtract(left, pieces.map(toPages))
  }
  return places
}

function piecesOf({ size, avoid }: StaticRequest, free: Ranges): Ranges | undefined {
  const holes = wholePages(subtract(free, avoid)).toSorted((a, b) => largestFirst(a, b) || -byBase(a, b))
  const exact = holes.filter((hole) => hole.size >= size).at(-1)
  if (exact) return [range(lastPart(exact, alignUp(size, PAGE)).base, size)]
  const pieces: Range<HostPhys>[] = []
  let missing: Bytes = size
  for (const hole of holes.slice(0, MOST_PIECES)) {
    if (missing === 0n) break
    const part = lastPart(hole, alignUp(missing, PAGE))
    const piece = part.size > missing ? range(part.base, missing) : part
    pieces.push(piece)
    missing = minus(missing, piece.size)
  }
  return missing === 0n ? pieces : undefined
}

const toPages = (piece: Range<HostPhys>): Range<HostPhys> => range(piece.base, alignUp(piece.size, PAGE))

const isAlike = (a: StaticRequest, b: StaticRequest): boolean => a.size === b.size && a.avoid === b.avoid

const largestFirst = (a: { readonly size: Bytes }, b: { readonly size: Bytes }): number =>
  a.size === b.size ? 0 : a.size > b.size ? -1 : 1

const mostToAvoidFirst = (a: StaticRequest, b: StaticRequest): number => b.avoid.length - a.avoid.length
