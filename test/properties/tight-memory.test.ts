/** On small boards whatever can be placed is placed: an exhaustive search over all pages knows. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { EMPTY_LOCK } from '../../src/facts/lock.ts'
import { placeItems, type StaticItem } from '../../src/plan/host-memory/allocation.ts'
import { rangesText } from '../../src/plan/lock/values.ts'
import { bytes, hostPhys } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'

const PAGE = 4096n
const BASE = 0x4000_0000n

/** In pages, from the first page of RAM on: [from, to). */
type Span = readonly [from: number, to: number]

interface Wish {
  readonly size: number
  readonly divisible: boolean
  /** It keeps away from where devices are. */
  readonly avoids: boolean
}

interface Small {
  readonly holes: readonly Span[]
  readonly devices: Span
  readonly wishes: readonly Wish[]
}

const PAGES = 16

const small: fc.Arbitrary<Small> = fc.record({
  holes: fc
    .uniqueArray(fc.integer({ min: 0, max: PAGES }), { minLength: 2, maxLength: 6 })
    .map((cuts) => cuts.toSorted((a, b) => a - b))
    .map((cuts) =>
      cuts.flatMap((from, index): Span[] => (index % 2 === 0 && cuts[index + 1] ? [[from, cuts[index + 1] ?? 0]] : [])),
    ),
  devices: fc
    .tuple(fc.integer({ min: 0, max: PAGES - 1 }), fc.integer({ min: 1, max: 4 }))
    .map(([from, size]): Span => [from, from + size]),
  wishes: fc.array(fc.record({ size: fc.integer({ min: 1, max: 6 }), divisible: fc.boolean(), avoids: fc.boolean() }), {
    minLength: 1,
    maxLength: 4,
  }),
})

const rangeOf = ([from, to]: Span) => range(hostPhys(BASE + BigInt(from) * PAGE), bytes(BigInt(to - from) * PAGE))
const mask = ([from, to]: Span): number => ((1 << (to - from)) - 1) << from
const count = (pages: number): number => [...pages.toString(2)].filter((bit) => bit === '1').length

/** Whether some way to place everything exists. Pages are bits. */
function canBePlaced({ holes, devices, wishes }: Small): boolean {
  const kept = mask(devices)
  const whole = wishes.filter(({ divisible }) => !divisible)
  const divided = wishes.filter(({ divisible }) => divisible)
  const wanted = (list: readonly Wish[]): number => list.reduce((sum, { size }) => sum + size, 0)
  const rest = (free: number): boolean =>
    wanted(divided.filter(({ avoids }) => avoids)) <= count(free & ~kept) && wanted(divided) <= count(free)
  const search = (index: number, free: number): boolean => {
    const wish = whole[index]
    if (!wish) return rest(free)
    for (let from = 0; from + wish.size <= PAGES; from++) {
      const place = mask([from, from + wish.size])
      if ((free & place) === place && !(wish.avoids && (kept & place) !== 0) && search(index + 1, free & ~place))
        return true
    }
    return false
  }
  return search(
    0,
    holes.reduce((free, hole) => free | mask(hole), 0),
  )
}

function placed({ holes, devices, wishes }: Small, entries: ReadonlyMap<string, string> = new Map()) {
  const avoid = [rangeOf(devices)]
  const items = wishes.map(
    ({ size, divisible, avoids }, index): StaticItem => ({
      key: `item${index}`,
      what: `item ${index}`,
      at: { kind: 'manifest', pointer: `/${index}`, on: 'value' },
      size: bytes(BigInt(size) * PAGE),
      divisible,
      avoid: avoids ? avoid : [],
    }),
  )
  const all = holes.map(rangeOf)
  const findings = new Findings()
  const places = placeItems(items, { preferred: all.slice(1), all }, { ...EMPTY_LOCK, entries }, findings.report)
  return { items, places, codes: findings.all.map(({ code }) => code), texts: textsOf(items, places) }
}

const textsOf = (items: readonly StaticItem[], places: ReturnType<typeof placeItems>) =>
  new Map(
    items.flatMap((item) => {
      const found = places.get(item)
      return found ? [[item.key ?? '', rangesText(found.map(({ value }) => value))] as const] : []
    }),
  )

describe('small boards', () => {
  it('everything is placed where that is possible, in its own pages, and RES-008 is said where it is not', {
    timeout: 60_000,
  }, () => {
    let full = 0
    fc.assert(
      fc.property(small, (board) => {
        const { items, places, codes } = placed(board)
        expect(codes.length === 0).toBe(canBePlaced(board))
        if (codes.length > 0) full++
        let taken = ~board.holes.reduce((free, hole) => free | mask(hole), 0)
        for (const [index, item] of items.entries()) {
          const own = places.get(item) ?? []
          if (own.length === 0) continue
          expect(own.reduce((sum, { value }) => sum + value.size, 0n)).toBe(item.size)
          if (!item.divisible) expect(own).toHaveLength(1)
          for (const { value } of own) {
            const from = Number((value.base - BASE) / PAGE)
            const place = mask([from, from + Number(value.size / PAGE)])
            expect(value.base % PAGE).toBe(0n)
            expect(taken & place).toBe(0)
            if (board.wishes[index]?.avoids) expect(place & mask(board.devices)).toBe(0)
            taken |= place
          }
        }
      }),
      { numRuns: 3000, seed: 12 },
    )
    expect(full).toBeGreaterThan(100)
  })

  it('the same again gives the same, and what the lock has stays', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(small, (board) => {
        const first = placed(board)
        expect(placed(board).texts).toEqual(first.texts)
        if (first.codes.length > 0) return
        const again = placed(board, first.texts)
        expect(again.texts).toEqual(first.texts)
        expect(again.codes).toEqual([])
        expect([...again.places.values()]).toEqual([...first.places.values()])
      }),
      { numRuns: 1000, seed: 13 },
    )
  })

  it('something new does not move what the lock has', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(small, ({ wishes, ...board }) => {
        const first = placed({ ...board, wishes: wishes.slice(0, -1) })
        fc.pre(first.codes.length === 0)
        const { texts } = placed({ ...board, wishes }, first.texts)
        for (const [key, text] of first.texts) expect(texts.get(key)).toBe(text)
      }),
      { numRuns: 1000, seed: 14 },
    )
  })
})
