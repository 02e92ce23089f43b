import { expect, it } from 'vitest'
import { bytes, halfOf, KiB, minus, PAGE, sum, times, wholeUnits } from '../../src/units/quantities.ts'

it('a length without a part of it never falls below nothing', () => {
  expect([minus(bytes(8), bytes(3)), minus(bytes(8), bytes(8)), minus(bytes(8), bytes(9))]).toEqual([5n, 0n, 0n])
})

it('sums, multiples and parts of lengths are exact', () => {
  expect(sum([bytes(1), bytes(2), bytes(4)])).toBe(7n)
  expect(sum([])).toBe(0n)
  expect(times(4, KiB)).toBe(PAGE)
  expect([wholeUnits(bytes(4096), PAGE), wholeUnits(bytes(8191), PAGE), wholeUnits(bytes(4095), PAGE)]).toEqual([
    1n,
    1n,
    0n,
  ])
  expect([halfOf(bytes(8)), halfOf(bytes(9))]).toEqual([4n, 4n])
})
