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

  it('passes over a hole inside a page', () => {
    const inside = range(hostPhys(0x1_0100n), bytes(0x200))
    expect(shown(placeTight([wish(1)], [inside, hole(32, 1)]))).toEqual(['[0x20000..0x21000)'])
    expect(shown(placeTight([wish(1, true)], [inside, hole(32, 1)]))).toEqual(['[0x20000..0x21000)'])
  })

  it('leaves to what may be divided the only pages that will do for it', () => {
    const divisible = { ...wish(4, true), avoid: [hole(16, 4)] }
    expect(shown(placeTight([divisible, wish(2)], [hole(16, 8)]))).toEqual(['[0x14000..0x18000)', '[0x12000..0x14000)'])
  })

  it('goes as high as that leaves room, in its own holes alone', () => {
    const divisible = (pages: number, from: number, kept: number) => ({
      ...wish(pages, true),
      avoid: [hole(from, kept)],
    })
    expect(shown(placeTight([divisible(2, 16, 4), wish(2)], [hole(16, 8)]))).toEqual([
      '[0x14000..0x16000)',
      '[0x16000..0x18000)',
    ])
    const below = { ...wish(2), avoid: [hole(32, 8)] }
    expect(shown(placeTight([divisible(4, 32, 4), below], [hole(16, 4), hole(32, 8)]))).toEqual([
      '[0x24000..0x28000)',
      '[0x12000..0x14000)',
    ])
  })

  it('takes two of one size in either order where they keep away from different things', () => {
    const first = { ...wish(4), avoid: [hole(23, 1)] }
    expect(shown(placeTight([first, wish(4)], [hole(16, 8)]))).toEqual(['[0x10000..0x14000)', '[0x14000..0x18000)'])
  })

  it('gives what may be divided the smallest hole that has all of it', () => {
    expect(shown(placeTight([wish(2, true)], [hole(16, 4), hole(32, 2), hole(48, 8)]))).toEqual(['[0x20000..0x22000)'])
  })

  it('divides into the largest holes, the higher of two, and no more of them than needed', () => {
    const holes = [hole(16, 2), hole(32, 4), hole(48, 2), hole(64, 1)]
    expect(shown(placeTight([wish(5, true)], holes))).toEqual(['[0x20000..0x24000) [0x31000..0x32000)'])
    const odd = { ...wish(0, true), size: bytes(PAGE + 100n) }
    expect(shown(placeTight([odd], [hole(16, 1), hole(32, 1)]))).toEqual(['[0x20000..0x21000) [0x10000..0x10064)'])
  })

  it('divides what cannot take every hole before what can', () => {
    const choosy = { ...wish(4, true), avoid: [hole(16, 4)] }
    expect(shown(placeTight([wish(4, true), choosy], [hole(16, 8)]))).toEqual([
      '[0x10000..0x14000)',
      '[0x14000..0x18000)',
    ])
    expect(placeTight([{ ...choosy, avoid: [hole(16, 6)] }], [hole(16, 8)])).toBeUndefined()
  })

  it('looks at as many as 64 that may not be divided', () => {
    const wishes = (count: number) => Array.from({ length: count }, () => wish(1))
    expect(placeTight(wishes(64), [hole(16, 65)])).toHaveLength(64)
    expect(placeTight(wishes(65), [hole(16, 65)])).toBeUndefined()
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
