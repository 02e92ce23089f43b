/** First-fit allocation of host memory: pure functions over the list of what is still free. */
import { type Need, wholeSize } from '../u-boot/need.ts'
import { alignUp, bytes, type HostPhys, offset, PAGE } from '../units/quantities.ts'
import { contains, lowestAligned, type Range, range } from '../units/range.ts'

/**
 * The lowest room for `need` in `free` (ascending, disjoint): whole pages from the item's first byte. `undefined`: no hole holds
 * it. Lowest first keeps addresses below 4 GiB as long as there is room, which every U-Boot and every load method reaches.
 */
export function firstFit(free: readonly Range<HostPhys>[], need: Need): Range<HostPhys> | undefined {
  const size = wholeSize(need)
  for (const hole of free) {
    const found =
      need.base === undefined ? lowestAligned(hole, size, need.alignment) : within(hole, range(need.base, size))
    if (found) return range(offset(found.base, need.lead ?? bytes(0)), alignUp(need.size, PAGE))
  }
  return undefined
}

const within = (hole: Range<HostPhys>, wanted: Range<HostPhys>): Range<HostPhys> | undefined =>
  contains(hole, wanted) ? wanted : undefined
