/** Ranges at their edges: the exact fit, the neighbour that only touches, the empty. Properties of sets of them: `test/properties/units.test.ts`. */
import { describe, expect, it } from 'vitest'
import { bytes, type HostPhys, hostPhys } from '../../src/units/quantities.ts'
import {
  alignedPart,
  byBase,
  contains,
  containsAddress,
  highestAligned,
  intersection,
  lastPart,
  lowestAligned,
  merge,
  overlaps,
  type Range,
  range,
  rangeBetween,
  subtract,
} from '../../src/units/range.ts'

const r = (base: number, size: number): Range<HostPhys> => range(hostPhys(BigInt(base)), bytes(size))
const ALIGNMENT = bytes(16)

describe.each([
  ['lowestAligned', lowestAligned, 0x20],
  ['highestAligned', highestAligned, 0x30],
])('%s', (_name, place, where) => {
  it('takes a hole that is just large enough', () => {
    expect(place(r(0x20, 16), bytes(16), ALIGNMENT)).toEqual(r(0x20, 16))
    expect(place(r(0x20, 15), bytes(16), ALIGNMENT)).toBeUndefined()
  })

  it('takes its end of a larger hole', () => {
    expect(place(r(0x20, 32), bytes(16), ALIGNMENT)).toEqual(r(where, 16))
    expect(place(r(0x19, 46), bytes(16), ALIGNMENT)).toEqual(r(where, 16))
  })

  it('finds nothing where only an unaligned place is large enough', () => {
    expect(place(r(0x21, 30), bytes(16), ALIGNMENT)).toBeUndefined()
    expect(place(r(0x21, 16), bytes(16), ALIGNMENT)).toBeUndefined()
  })

  it('finds nothing in a hole at the bottom of the address space that is too small', () => {
    expect(place(r(0, 8), bytes(16), ALIGNMENT)).toBeUndefined()
  })
})

it('alignedPart keeps an aligned range whole, cuts off what is before, and has nothing past the end', () => {
  expect(alignedPart(r(0x20, 1), ALIGNMENT)).toEqual(r(0x20, 1))
  expect(alignedPart(r(0x21, 16), ALIGNMENT)).toEqual(r(0x30, 1))
  expect(alignedPart(r(0x21, 15), ALIGNMENT)).toBeUndefined()
})

it('lastPart is the end of a range, or all of one that is not longer', () => {
  expect(lastPart(r(8, 8), bytes(3))).toEqual(r(13, 3))
  expect(lastPart(r(8, 8), bytes(8))).toEqual(r(8, 8))
  expect(lastPart(r(8, 8), bytes(9))).toEqual(r(8, 8))
})

it('neighbours neither overlap nor have anything in common', () => {
  expect(overlaps(r(8, 8), r(16, 8))).toBe(false)
  expect(overlaps(r(16, 8), r(8, 8))).toBe(false)
  expect(overlaps(r(8, 9), r(16, 8))).toBe(true)
  expect(overlaps(r(16, 8), r(8, 9))).toBe(true)
  expect(intersection(r(8, 8), r(16, 8))).toBeUndefined()
  expect(intersection(r(8, 9), r(16, 8))).toEqual(r(16, 1))
})

it('a range contains itself and what shares an end with it, but nothing that reaches out', () => {
  for (const inner of [r(8, 8), r(8, 1), r(15, 1)]) expect(contains(r(8, 8), inner)).toBe(true)
  for (const inner of [r(7, 8), r(8, 9), r(7, 10)]) expect(contains(r(8, 8), inner)).toBe(false)
  expect([7, 8, 15, 16].map((at) => containsAddress(r(8, 8), hostPhys(BigInt(at))))).toEqual([false, true, true, false])
})

it('byBase sorts by the base, then by the size', () => {
  const sorted = [r(1, 9), r(2, 1), r(2, 3)]
  expect(sorted.toReversed().sort(byBase)).toEqual(sorted)
  expect([sorted[1], sorted[0], sorted[2]].flatMap((one) => one ?? []).sort(byBase)).toEqual(sorted)
  expect([byBase(r(1, 1), r(1, 1)), byBase(r(1, 1), r(1, 2)), byBase(r(1, 2), r(1, 1))]).toEqual([0, -1, 1])
})

it('merge and subtract leave nothing empty behind', () => {
  expect(merge([r(8, 0), r(16, 8), r(24, 1)])).toEqual([r(16, 9)])
  expect(merge([r(8, 8), r(10, 2)])).toEqual([r(8, 8)])
  expect(subtract([r(8, 8)], [r(8, 8)])).toEqual([])
  expect(subtract([r(8, 8)], [r(8, 0), r(10, 2)])).toEqual([r(8, 2), r(12, 4)])
  expect(rangeBetween(hostPhys(8n), hostPhys(16n))).toEqual(r(8, 8))
})
