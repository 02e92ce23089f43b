import { expect, it } from 'vitest'
import { refusedRate } from '../../src/manifest/rates.ts'
import { parseRate } from '../../src/units/rate.ts'

it.each([
  ['125MHz', 125_000_000n],
  ['32768Hz', 32_768n],
  ['32_768 Hz', 32_768n],
  ['400kHz', 400_000n],
  ['1GHz', 1_000_000_000n],
  ['0Hz', 0n],
])('%s is %d Hz', (text, rate) => {
  expect(parseRate(text)).toBe(rate)
})

it.each(['125', '1.5MHz', '-1Hz', '1mhz', 'MHz', '1 THz', ''])("'%s' is no rate", (text) => {
  expect(parseRate(text)).toBeUndefined()
})

it.each([
  ['1.5MHz', 'write 1500kHz'],
  ['0.0000005MHz', 'write a whole number with Hz, kHz, MHz or GHz, such as 125MHz, or the number of Hz'],
  ['125Mhz', 'did you mean 125MHz?'],
  ['125m', 'did you mean 125MHz?'],
  ['400khz', 'did you mean 400kHz?'],
])('of %s the remedy is: %s', (text, help) => {
  expect(refusedRate(text).help).toBe(help)
})
