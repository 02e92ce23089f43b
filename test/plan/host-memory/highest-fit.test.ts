/** Places for memory that keeps its address: the highest that is free, in pieces where it may be. */
import { describe, expect, it } from 'vitest'
import {
  freeFor,
  isFree,
  placeStatic,
  type StaticRequest,
  splitAt,
  usualAlignment,
  without,
} from '../../../src/plan/host-memory/highest-fit.ts'
import { bytes, type HostPhys, hostPhys } from '../../../src/units/quantities.ts'
import { type Range, range } from '../../../src/units/range.ts'

const [KB, MB, GB] = [1n << 10n, 1n << 20n, 1n << 30n]

type Span = readonly [base: bigint, size: bigint]
const ranges = (spans: readonly Span[]) => spans.map(([base, size]) => range(hostPhys(base), bytes(size)))
const spans = (found: readonly Range<HostPhys>[] | undefined) => found?.map(({ base, size }): Span => [base, size])
const space = (all: readonly Span[], preferred = all) => ({ all: ranges(all), preferred: ranges(preferred) })
const request = (size: bigint, more: { divisible?: true; avoid?: readonly Span[] } = {}): StaticRequest => ({
  size: bytes(size),
  divisible: more.divisible ?? false,
  avoid: ranges(more.avoid ?? []),
})

describe('the usual alignment', () => {
  it.each([
    [4n * KB, 4n * KB],
    [60n * KB, 4n * KB],
    [64n * KB, 64n * KB],
    [2n * MB - 4n * KB, 64n * KB],
    [2n * MB, 2n * MB],
    [GB, 2n * MB],
  ])('of %d bytes is %d', (size, alignment) => {
    expect(usualAlignment(bytes(size))).toBe(alignment)
  })
})

describe('what is free', () => {
  const holes: readonly Span[] = [
    [0x1000n, 0x4000n],
    [0x8000n, 0x2000n],
  ]

  it('holds all of the ranges, each in one hole', () => {
    const free = (wanted: readonly Span[], avoid: readonly Span[] = []) =>
      isFree(space(holes), ranges(wanted), request(KB, { avoid }))
    expect(
      free([
        [0x1000n, 0x4000n],
        [0x9000n, 0x1000n],
      ]),
    ).toBe(true)
    expect(
      free([
        [0x1000n, 0x4000n],
        [0x9000n, 0x2000n],
      ]),
    ).toBe(false)
    expect(
      free([
        [0x9000n, 0x2000n],
        [0x1000n, 0x4000n],
      ]),
    ).toBe(false)
    expect(free([[0x1000n, 0x1000n]], [[0x2000n, 0x1000n]])).toBe(true)
    expect(
      free(
        [[0x1000n, 0x1000n]],
        [
          [0x6000n, 0x1000n],
          [0x1800n, 0x1000n],
        ],
      ),
    ).toBe(false)
  })

  it('has a largest hole, apart from what the request must avoid', () => {
    const largest = (all: readonly Span[], avoid: readonly Span[] = []) => {
      const [found] = freeFor(space(all), request(KB, { avoid }))
      return found && [found.base, found.size]
    }
    expect(largest(holes)).toEqual([0x1000n, 0x4000n])
    expect(largest(holes, [[0x2000n, 0x2000n]])).toEqual([0x8000n, 0x2000n])
    expect(
      largest([
        [0x8000n, 0x2000n],
        [0xb000n, 0x2000n],
        [0x1_0000n, 0x3000n],
      ]),
    ).toEqual([0x1_0000n, 0x3000n])
    expect(largest([])).toBeUndefined()
  })

  it('loses what is taken, in both lists', () => {
    expect(without(space([[0n, 0x3000n]], [[0x1000n, 0x2000n]]), ranges([[0x1000n, 0x1000n]]))).toEqual(
      space(
        [
          [0n, 0x1000n],
          [0x2000n, 0x1000n],
        ],
        [[0x2000n, 0x1000n]],
      ),
    )
  })
})

describe('a place', () => {
  it('is the highest, at a multiple of what suits its size', () => {
    const free = space([
      [GB, 64n * MB + 12n * KB],
      [2n * GB, MB],
    ])
    expect(spans(placeStatic(free, request(16n * MB)))).toEqual([[GB + 48n * MB, 16n * MB]])
    expect(spans(placeStatic(free, request(64n * KB)))).toEqual([[2n * GB + MB - 64n * KB, 64n * KB]])
    expect(spans(placeStatic(space([[GB, 64n * KB + 12n * KB]]), request(64n * KB)))).toEqual([[GB, 64n * KB]])
    expect(spans(placeStatic(space([[GB, 76n * KB]]), request(60n * KB)))).toEqual([[GB + 16n * KB, 60n * KB]])
  })

  it('is below 4 GiB as long as there is room, and never across', () => {
    const free = space([[3n * GB, 2n * GB]])
    expect(spans(placeStatic(free, request(GB)))).toEqual([[3n * GB, GB]])
    expect(spans(placeStatic(space([[3n * GB + 512n * MB, GB + 512n * MB]]), request(GB)))).toEqual([[4n * GB, GB]])
    expect(placeStatic(space([[3n * GB + 512n * MB, GB]]), request(GB))).toBeUndefined()
  })

  it('is in the preferred holes while they have room, even above 4 GiB', () => {
    const free = space(
      [
        [GB, GB],
        [4n * GB, GB],
      ],
      [[4n * GB, GB]],
    )
    expect(spans(placeStatic(free, request(GB)))).toEqual([[4n * GB, GB]])
    expect(
      spans(
        placeStatic(
          space(
            [
              [GB, GB],
              [4n * GB, GB],
            ],
            [[4n * GB, MB]],
          ),
          request(4n * MB),
        ),
      ),
    ).toEqual([[2n * GB - 4n * MB, 4n * MB]])
  })

  it('is not where the request must not be', () => {
    expect(spans(placeStatic(space([[GB, 8n * MB]]), request(2n * MB, { avoid: [[GB + 6n * MB, KB]] })))).toEqual([
      [GB + 4n * MB, 2n * MB],
    ])
  })
})

describe('a divided place', () => {
  const pieces = (all: readonly Span[], size: bigint, avoid: readonly Span[] = []) =>
    spans(placeStatic(space(all), request(size, { divisible: true, avoid })))

  it('is taken only where no hole has all of it', () => {
    expect(
      pieces(
        [
          [GB, 8n * MB],
          [2n * GB, 4n * MB],
        ],
        6n * MB,
      ),
    ).toEqual([[GB + 2n * MB, 6n * MB]])
    expect(
      placeStatic(
        space([
          [GB, 4n * MB],
          [2n * GB, 4n * MB],
        ]),
        request(6n * MB),
      ),
    ).toBeUndefined()
  })

  it('takes the largest holes first, the higher of two, and of the last the upper end', () => {
    const holes: readonly Span[] = [
      [GB, 4n * MB],
      [GB + 64n * MB, 8n * MB],
      [2n * GB, 4n * MB],
      [3n * GB, 2n * MB],
    ]
    expect(pieces(holes, 14n * MB)).toEqual([
      [GB + 64n * MB, 8n * MB],
      [2n * GB, 4n * MB],
      [GB + 2n * MB, 2n * MB],
    ])
    expect(pieces(holes, 18n * MB)).toEqual([
      [GB + 64n * MB, 8n * MB],
      [2n * GB, 4n * MB],
      [GB, 4n * MB],
      [3n * GB, 2n * MB],
    ])
    expect(pieces(holes, 18n * MB + 4n * KB)).toBeUndefined()
  })

  it('uses whole pieces of 2 MiB of a hole, and no hole without one', () => {
    expect(
      pieces(
        [
          [GB + MB, 4n * MB],
          [2n * GB + 64n * KB, 128n * KB],
          [2n * GB + MB, 2n * MB],
          [3n * GB, 2n * MB + MB],
        ],
        4n * MB,
      ),
    ).toEqual([
      [3n * GB, 2n * MB],
      [GB + 2n * MB, 2n * MB],
    ])
    expect(
      pieces(
        [
          [GB + MB, 4n * MB],
          [2n * GB + MB, 2n * MB],
          [3n * GB, 2n * MB],
        ],
        6n * MB,
      ),
    ).toBeUndefined()
  })

  it('has a rest at the alignment of its own size', () => {
    expect(
      pieces(
        [
          [GB, 4n * MB],
          [2n * GB, 2n * MB],
        ],
        4n * MB + 68n * KB,
      ),
    ).toEqual([
      [GB, 4n * MB],
      [2n * GB + 2n * MB - 128n * KB, 68n * KB],
    ])
  })

  it('has at most sixteen pieces', () => {
    const holes = (count: number): readonly Span[] =>
      Array.from({ length: count }, (_, index): Span => [GB + BigInt(index) * 4n * MB, 2n * MB])
    expect(pieces(holes(16), 32n * MB)).toHaveLength(16)
    expect(pieces(holes(17), 34n * MB)).toBeUndefined()
  })

  it('is not where the request must not be', () => {
    expect(
      pieces(
        [
          [GB, 4n * MB],
          [2n * GB, 4n * MB],
        ],
        6n * MB,
        [[GB, KB]],
      ),
    ).toEqual([
      [2n * GB, 4n * MB],
      [GB + 2n * MB, 2n * MB],
    ])
  })
})

describe('ranges of a guest with a first bank', () => {
  const split = (all: readonly Span[], boundary: bigint) => spans([...splitAt(ranges(all), bytes(boundary))])

  it('are cut where the first bank is full', () => {
    expect(split([[GB, 4n * MB]], 3n * MB)).toEqual([
      [GB, 3n * MB],
      [GB + 3n * MB, MB],
    ])
    expect(
      split(
        [
          [GB, 2n * MB],
          [2n * GB, 4n * MB],
          [3n * GB, MB],
        ],
        3n * MB,
      ),
    ).toEqual([
      [GB, 2n * MB],
      [2n * GB, MB],
      [2n * GB + MB, 3n * MB],
      [3n * GB, MB],
    ])
  })

  it('stay whole where it ends with one, or is never full', () => {
    expect(
      split(
        [
          [GB, 3n * MB],
          [2n * GB, MB],
        ],
        3n * MB,
      ),
    ).toEqual([
      [GB, 3n * MB],
      [2n * GB, MB],
    ])
    expect(split([[GB, 2n * MB]], 3n * MB)).toEqual([[GB, 2n * MB]])
  })
})
