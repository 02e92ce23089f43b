/** Why something is not a frequency, and what was probably meant. */
import { closest } from '../diagnostics/closest.ts'
import type { Refusal } from './sizes.ts'

const EXAMPLES = 'write a whole number with Hz, kHz, MHz or GHz, such as 125MHz, or the number of Hz'
const UNITS = ['Hz', 'kHz', 'MHz', 'GHz']
const SMALLER = [1000n, 1_000_000n, 1_000_000_000n]

/** `written` is the value's text; it did not match the schema's form of a frequency. */
export function refusedRate(written: string): Refusal {
  const message = `'${written}' is not a frequency`
  const [, count = '', unit = ''] = /^(-?[0-9][0-9_]*(?:\.[0-9]+)?)\s*(\S*)$/.exec(written.trim()) ?? []
  if (count === '') return { message, help: EXAMPLES }
  if (count.startsWith('-')) return { message: `${message}: it is negative`, help: EXAMPLES }
  const meant = meantUnit(unit)
  if (count.includes('.')) return { message: `${message}: it has a fraction`, help: wholeNumber(count, meant) }
  if (unit !== '' && !UNITS.includes(unit))
    return {
      message: `${message}: '${unit}' is not a unit`,
      help: meant === undefined ? EXAMPLES : `did you mean ${count}${meant}?`,
    }
  const isZero = /^[0_]+$/.test(count)
  return { message: isZero ? `${message}: no clock that runs has it` : `${message} below 2^32 Hz`, help: EXAMPLES }
}

/** Letters in the wrong case, a prefix alone, or a slip. */
const meantUnit = (unit: string): string | undefined =>
  UNITS.find((name) => name.toLowerCase() === unit.toLowerCase()) ??
  UNITS.find((name) => name.charAt(0).toLowerCase() === unit.toLowerCase()) ??
  closest(unit, UNITS)

/** `1.5MHz` as `1500kHz`, where that is exact. */
function wholeNumber(count: string, unit: string | undefined): string {
  const index = UNITS.indexOf(unit ?? '')
  const [whole = '0', fraction = ''] = count.replaceAll('_', '').split('.')
  const scale = 10n ** BigInt(fraction.length)
  const steps = SMALLER.slice(0, Math.max(index, 0)).map((factor, step) => ({ factor, name: UNITS[index - step - 1] }))
  const exact = steps.find(({ factor }) => (BigInt(whole + fraction) * factor) % scale === 0n)
  return exact ? `write ${(BigInt(whole + fraction) * exact.factor) / scale}${exact.name}` : EXAMPLES
}
