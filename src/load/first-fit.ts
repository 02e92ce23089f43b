/** First-fit allocation of host memory: pure functions over the list of what is still free. */
import { alignUp, type Bytes, type HostPhys, offset, PAGE, sum } from '../units/quantities.ts'
import { contains, lowestAligned, type Range, range } from '../units/range.ts'

/** What an item asks for. */
export interface Need {
  /** Rounded up to whole pages: Xen hands out and takes back pages. */
  readonly size: Bytes
  /** A power of two. */
  readonly alignment: Bytes
  /** How far behind an aligned address the item starts; the bytes before it must be free too. */
  readonly lead?: Bytes
  /** The only aligned address that will do. */
  readonly base?: HostPhys
}

/** How much of a hole `need` takes, its lead included, when the hole starts at an aligned address. */
export const wholeSize = (need: Need): Bytes => sum([need.lead ?? NOTHING, alignUp(need.size, PAGE)])

/**
 * The lowest room for `need` in `free` (ascending, disjoint): whole pages from the item's first byte. `undefined`: no hole holds
 * it. Lowest first keeps addresses below 4 GiB as long as there is room, which every U-Boot and every load method reaches.
 */
export function firstFit(free: readonly Range<HostPhys>[], need: Need): Range<HostPhys> | undefined {
  const size = wholeSize(need)
  for (const hole of free) {
    const found =
      need.base === undefined ? lowestAligned(hole, size, need.alignment) : within(hole, range(need.base, size))
    if (found) return range(offset(found.base, need.lead ?? NOTHING), alignUp(need.size, PAGE))
  }
  return undefined
}

const NOTHING: Bytes = sum([])

const within = (hole: Range<HostPhys>, wanted: Range<HostPhys>): Range<HostPhys> | undefined =>
  contains(hole, wanted) ? wanted : undefined
