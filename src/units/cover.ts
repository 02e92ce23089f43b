/** What many ranges cover together, asked again and again. */
import type { Address } from './quantities.ts'
import { end, intersection, merge, type Range, subtract } from './range.ts'
import { firstThat } from './sorted.ts'

export class Cover<A extends Address> {
  /** Ascending and apart. */
  readonly #ranges: readonly Range<A>[]

  constructor(ranges: Iterable<Range<A>>) {
    this.#ranges = merge(ranges)
  }

  /** The parts of `wanted` that nothing covers, ascending. Takes time for what is near, not for all that is covered. */
  uncovered(wanted: Range<A>): readonly Range<A>[] {
    return subtract([wanted], this.#near(wanted))
  }

  /** The other parts of `wanted`, ascending. */
  covered(wanted: Range<A>): readonly Range<A>[] {
    return this.#near(wanted).flatMap((range) => intersection(range, wanted) ?? [])
  }

  #near(wanted: Range<A>): readonly Range<A>[] {
    const near: Range<A>[] = []
    for (let at = this.#firstAfter(wanted.base); at < this.#ranges.length; at++) {
      const next = this.#ranges[at]
      if (!next || next.base >= end(wanted)) break
      near.push(next)
    }
    return near
  }

  /** Index of the first range that ends after `address`. */
  #firstAfter(address: A): number {
    return firstThat(this.#ranges, (range) => end(range) > address)
  }
}
