/** Devices whose registers lie on the same pages: page tables cannot tell them apart. */
import { deviceType } from '../devicetree/readings/node.ts'
import type { Place, TreeIndex } from '../devicetree/readings/tree-index.ts'
import type { HostPhys } from '../units/quantities.ts'
import { end, overlaps, type Range } from '../units/range.ts'
import { firstThat } from '../units/sorted.ts'
import { isBelow } from './host/below.ts'
import { pagesOf, spansOf } from './host/spans.ts'
import type { HostDevice } from './host-device.ts'
import { enabledPlaces } from './reverse-references.ts'

interface Page {
  readonly place: Place
  readonly pages: Range<HostPhys>
  /** Last address past this one and all before it, so that a search can start late. */
  readonly reach: HostPhys
}

const known = new WeakMap<TreeIndex, readonly Page[]>()

/** Enabled devices, other than nodes above or below it, that answer at a page where `device` does, in the order of their addresses; each once. */
export function sharersOf(index: TreeIndex, { place, pages }: HostDevice): readonly Place[] {
  const all = pagesOfTree(index)
  const found = new Set<Place>()
  for (const own of pages)
    for (let at = firstThat(all, ({ reach }) => reach > own.base); at < all.length; at++) {
      const other = all[at]
      if (!other || other.pages.base >= end(own)) break
      if (overlaps(other.pages, own) && isAnother(other.place, place)) found.add(other.place)
    }
  return [...found]
}

const isAnother = (other: Place, place: Place): boolean =>
  other !== place && !isBelow(other, place) && !isBelow(place, other)

/** Made once per tree. Windows of bridges are left out: what lies in them is behind the bridge. */
function pagesOfTree(index: TreeIndex): readonly Page[] {
  const before = known.get(index)
  if (before) return before
  const all = enabledPlaces(index).flatMap((place) => pagesOfPlace(place).map((pages) => ({ place, pages })))
  let reach: HostPhys | undefined
  const sorted = all
    .toSorted((a, b) => (a.pages.base < b.pages.base ? -1 : a.pages.base > b.pages.base ? 1 : 0))
    .map((entry) => {
      const last = end(entry.pages)
      reach = reach === undefined || last > reach ? last : reach
      return { ...entry, reach }
    })
  known.set(index, sorted)
  return sorted
}

function pagesOfPlace(place: Place): readonly Range<HostPhys>[] {
  if (deviceType(place.node) === 'memory' || isReserved(place)) return []
  const spans = spansOf(place)
  return spans.ok ? pagesOf(spans.value.filter(({ kind }) => kind === 'register')) : []
}

const isReserved = ({ parent }: Place): boolean => parent?.path === '/reserved-memory'
