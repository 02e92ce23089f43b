import { expect, it } from 'vitest'
import { firstThat } from '../../src/units/sorted.ts'

it.each<[number, number]>([
  [0, 0],
  [1, 0],
  [2, 1],
  [3, 1],
  [4, 2],
  [7, 3],
  [9, 4],
])('the first of 1, 3, 5, 7 that is at least %i is at %i', (least, index) => {
  const asked: number[] = []
  const sorted = [1, 3, 5, 7]
  expect(firstThat(sorted, (member) => asked.push(member) > 0 && member >= least)).toBe(index)
  expect(asked.length).toBeLessThanOrEqual(3)
})

it('of nothing is at 0', () => expect(firstThat([], () => true)).toBe(0))

it('asks as often as a number has bits', () => {
  const sorted = Array.from({ length: 100_000 }, (_, index) => index)
  let asked = 0
  expect(firstThat(sorted, (member) => ++asked > 0 && member >= 99_999)).toBe(99_999)
  expect(asked).toBeLessThanOrEqual(17)
})
