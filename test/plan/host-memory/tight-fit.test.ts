import { describe, expect, it } from 'vitest'
import type { StaticRequest } from '../../../src/plan/host-memory/highest-fit.ts'
import { placeTight } from '../../../src/plan/host-memory/tight-fit.ts'
import { formatRange } from '../../../src/units/format.ts'
import { bytes, hostPhys } from '../../../src/units/quantities.ts'
import { range } from '../../../src/units/range.ts'
import { elementsVisited } from '../../work/elements.ts'

const PAGE = 4096n
const hole = (from: number, pages: number) => range(hostPhys(BigInt(from) * PAGE), bytes(BigInt(pages) * PAGE))
const wish = (pages: number, divisible = false): StaticRequest => ({
  size: bytes(BigInt(pages) * PAGE),
  divisible,
  avoid: [],
})
const shown = (found: ReturnType<typeof placeTight>) => found?.map((ranges) => ranges.map(formatRange).join(' '))

describe('placing tightly', () => {
  it('gives the small hole to what fits it, whatever comes first', () => {
    expect(shown(placeTight([wish(2), wish(4)], [hole(16, 4), hole(32, 2)]))).toEqual([
      '[0x20000..0x22000)',
      '[0x10000..0x14000)',
    ])
  })

  it('fills what is left with what may be divided, in few pieces', () => {
    expect(shown(placeTight([wish(5, true), wish(3)], [hole(16, 4), hole(32, 4)]))).toEqual([
      '[0x10000..0x14000) [0x20000..0x21000)',
      '[0x21000..0x24000)',
    ])
  })

  it('uses whole pages of a hole only', () => {
    const odd = range(hostPhys(0x1_0800n), bytes(0x2000))
    expect(shown(placeTight([wish(1)], [odd]))).toEqual(['[0x11000..0x12000)'])
    expect(placeTight([wish(2)], [odd])).toBeUndefined()
  })

  it('says so where there is no room', () => {
    expect(placeTight([wish(3)], [hole(0x10, 2), hole(0x20, 2)])).toBeUndefined()
    expect(placeTight([wish(3, true)], [hole(0x10, 1), hole(0x20, 1)])).toBeUndefined()
  })

  it.each([8, 32, 64])('stops looking after a bounded time with %i that do not fit', (count) => {
    const wishes = Array.from({ length: count }, (_, index) => wish(3 + (index % 5)))
    const holes = Array.from({ length: count * 3 }, (_, index) => hole(16 + index * 16, 3))
    expect(elementsVisited(() => placeTight([...wishes, wish(4)], holes))).toBeLessThan(20_000_000)
  })
})
