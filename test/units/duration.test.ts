import { expect, it } from 'vitest'
import { formatDuration, isWholeSeconds, milliseconds, parseDuration, secondsOf } from '../../src/units/duration.ts'

it.each([
  ['500ms', 500n, '500 ms'],
  ['30s', 30_000n, '30 s'],
  ['1_000 s', 1_000_000n, '1000 s'],
  ['90s', 90_000n, '90 s'],
  ['120s', 120_000n, '2 min'],
  ['10min', 600_000n, '10 min'],
  ['2h', 7_200_000n, '2 h'],
  ['0s', 0n, '0 s'],
])('%s is %s ms, and is said as %s', (text, value, said) => {
  expect(parseDuration(text)).toBe(value)
  expect(formatDuration(milliseconds(value))).toBe(said)
})

it.each(['30', '1.5s', '-1s', '10m', '5 days', '', 's'])('%j is no length of time', (text) => {
  expect(parseDuration(text)).toBeUndefined()
})

it('seconds are rounded up, and are known to be whole', () => {
  expect([1000n, 1001n, 999n, 0n].map((value) => secondsOf(milliseconds(value)))).toEqual([1, 2, 1, 0])
  expect([1000n, 1001n].map((value) => isWholeSeconds(milliseconds(value)))).toEqual([true, false])
})
