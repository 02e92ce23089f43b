/** Why something is not a size, and what was probably meant. */
import { closest } from '../diagnostics/closest.ts'
import { parseSize } from '../units/size.ts'

export interface Refusal {
  readonly message: string
  readonly help: string
}

const EXAMPLES = 'write a whole number with KiB, MiB, GiB or TiB, or the number of bytes'
const UNITS = ['KiB', 'MiB', 'GiB', 'TiB']

/** `written` is the value's text; it did not match the schema's form of a size. */
export function refusedSize(written: string): Refusal {
  const [, count = '', unit = ''] = /^(-?[0-9][0-9_]*(?:\.[0-9]+)?)\s*([A-Za-z]*)$/.exec(written.trim()) ?? []
  const quoted = `'${written}' is not a size`
  if (/^-/.test(written.trim())) return { message: `${quoted}: it is negative`, help: EXAMPLES }
  if (count.includes('.')) return { message: `${quoted}: it has a fraction`, help: wholeNumber(count, unit) }
  switch (parseSize(written)) {
    case 'decimal-unit':
      return decimalUnit(count, unit, quoted)
    case 'unknown-unit': {
      const meant = closest(unit, UNITS)
      return {
        message: `${quoted}: '${unit}' is not a unit`,
        help: meant === undefined ? EXAMPLES : `did you mean ${count}${meant}?`,
      }
    }
    default:
      return { message: quoted, help: EXAMPLES }
  }
}

const POWERS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 }

function decimalUnit(count: string, unit: string, quoted: string): Refusal {
  const power = POWERS[unit.charAt(0).toLowerCase()] ?? 0
  const whole = BigInt(count.replaceAll('_', ''))
  const binary = `${count}${UNITS[power - 1]}`
  const message = `${quoted}: '${unit}' may mean powers of 1000 or 1024`
  return {
    message,
    help: `write ${binary} (${whole * 1024n ** BigInt(power)} bytes), or ${whole * 1000n ** BigInt(power)} for powers of 1000`,
  }
}

/** `1.5GiB` as `1536MiB`, where that is exact. */
function wholeNumber(count: string, unit: string): string {
  const index = UNITS.findIndex((name) => name.charAt(0) === unit.charAt(0).toUpperCase())
  const [whole = '0', fraction = ''] = count.replaceAll('_', '').split('.')
  const scale = 10n ** BigInt(fraction.length)
  for (let smaller = index - 1, factor = 1024n; smaller >= -1 && index >= 0; smaller--, factor *= 1024n) {
    const value = BigInt(whole + fraction) * factor
    if (value % scale === 0n) return `write ${value / scale}${UNITS[smaller] ?? ''}`
  }
  return EXAMPLES
}
