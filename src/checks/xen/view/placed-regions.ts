/** Regions that Xen maps for `xen,reg` of all partial trees, and overlaps between them. */
import { lookup } from '../../../model/lookup.ts'
import type { Address } from '../../../units/quantities.ts'
import { byBase, end, overlaps, type Range } from '../../../units/range.ts'
import type { XenView } from '../view.ts'
import type { DomainView } from './domains.ts'
import { type PassthroughNode, partialTreesOf, type Region } from './passthrough.ts'

/** A region, and the node that has it. */
export interface Placed {
  readonly node: PassthroughNode
  readonly region: Region
}

const known = new WeakMap<XenView, readonly Placed[]>()

/** All regions that Xen maps, in order: those of nodes that name a device, or are excused from it by `force`. */
export function placedRegions(view: XenView): readonly Placed[] {
  const placed = known.get(view) ?? placedIn(view)
  known.set(view, placed)
  return placed
}

const placedIn = (view: XenView): readonly Placed[] =>
  partialTreesOf(view)
    .flatMap(({ nodes }) => nodes)
    .filter(({ path, force }) => path !== undefined || force)
    .flatMap((node) => node.regions.filter(({ host }) => host.size > 0n).map((region) => ({ node, region })))

const byDomain = lookup(({ node }: Placed) => [node.domain])

/** Those of one domain. */
export const regionsFor = (view: XenView, domain: DomainView): readonly Placed[] =>
  byDomain(placedRegions(view), domain)

interface Sorted<A extends Address> {
  readonly each: Placed
  readonly index: number
  readonly range: Range<A>
  readonly key: unknown
}

/**
 * Pairs of regions that overlap and have different keys; of each node only the first overlap with a region before it. Sorts by address, and compares each
 * region with one other, so that many regions take no longer than sorting them.
 */
export function collisions<A extends Address>(
  placed: readonly Placed[],
  rangeOf: (placed: Placed) => Range<A>,
  keyOf: (placed: Placed) => unknown,
): readonly (readonly [Placed, Placed])[] {
  const sorted = placed
    .map((each, index) => ({ each, index, range: rangeOf(each), key: keyOf(each) }))
    .sort((a, b) => byBase(a.range, b.range))
  const found: (readonly [Placed, Placed])[] = []
  const reported = new Set<PassthroughNode>()
  const reach = new Reach<A>()
  for (const next of sorted) {
    const other = reach.furthestBut(next.key)
    if (other && overlaps(other.range, next.range)) {
      const [first, second] = other.index < next.index ? [other.each, next.each] : [next.each, other.each]
      if (!reported.has(second.node)) found.push([first, second])
      reported.add(second.node)
    }
    reach.add(next)
  }
  return found
}

/** Of the regions so far, the one that ends last, and the one that ends last of those with another key. */
class Reach<A extends Address> {
  #furthest: Sorted<A> | undefined
  #second: Sorted<A> | undefined

  furthestBut(key: unknown): Sorted<A> | undefined {
    return this.#furthest?.key === key ? this.#second : this.#furthest
  }

  add(next: Sorted<A>): void {
    const isFurther = (than: Sorted<A> | undefined): boolean => !than || end(next.range) > end(than.range)
    if (isFurther(this.#furthest)) {
      if (this.#furthest?.key !== next.key) this.#second = this.#furthest
      this.#furthest = next
    } else if (this.#furthest?.key !== next.key && isFurther(this.#second)) this.#second = next
  }
}
