/** Integer literals: decimal, octal (leading zero) and hexadecimal, with C's suffixes. */
import { DECIMAL, endOfRun, HEXADECIMAL } from './characters.ts'
import { quoted } from './syntax-problem.ts'

interface NumberLiteral {
  /** Offset past it. */
  readonly end: number
  /** 0 where there is a problem. */
  readonly value: bigint
  readonly problem?: string
}

const HEX_PREFIX = /^0[xX][0-9a-fA-F]/
const SUFFIX = /^(?:ULL|UL|LL|U|L)/
const MAX_NUMBER = 0xffff_ffff_ffff_ffffn
/** More significant digits than any 64-bit number has in base 8. */
const TOO_MANY_DIGITS = 23

/** Reads the literal at `offset`, where a decimal digit stands, as strtoull does. */
export function numberLiteral(text: string, offset: number): NumberLiteral {
  const isHex = HEX_PREFIX.test(text.slice(offset, offset + 3))
  const start = isHex ? offset + 2 : offset
  const digitsEnd = endOfRun(text, start, isHex ? HEXADECIMAL : DECIMAL)
  const suffix = SUFFIX.exec(text.slice(digitsEnd, digitsEnd + 3))?.[0] ?? ''
  const end = digitsEnd + suffix.length
  const prefix = isHex ? '0x' : digitsEnd > start + 1 && text[start] === '0' ? '0o' : ''
  const significant = text.slice(endOfRun(text, start, ZERO), digitsEnd) || '0'
  if (prefix === '0o' && /[89]/.test(significant)) {
    return {
      end,
      value: 0n,
      problem: `${quoted(text.slice(offset, end))} begins with 0 and so is octal, but has a digit above 7`,
    }
  }
  const value = significant.length < TOO_MANY_DIGITS ? BigInt(prefix + significant) : MAX_NUMBER + 1n
  return value > MAX_NUMBER
    ? { end, value: 0n, problem: `${quoted(text.slice(offset, end))} does not fit into 64 bits` }
    : { end, value }
}

const ZERO = Uint8Array.from({ length: 128 }, (_, code) => (code === 0x30 ? 1 : 0))
