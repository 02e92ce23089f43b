/** Sizes as people write them in a manifest: `512MiB`, `64KiB`, `2GiB`, or bytes as an integer. */
import { type Bytes, bytes } from './quantities.ts'

const UNITS: Readonly<Record<string, bigint>> = { KiB: 1n << 10n, MiB: 1n << 20n, GiB: 1n << 30n, TiB: 1n << 40n }

/** Why a text is not a size; each has its own remedy. */
export type SizeError = 'decimal-unit' | 'fraction' | 'unknown-unit' | 'not-a-size' | 'too-large'

const LARGEST = (1n << 64n) - 1n

/** `text` in bytes, or why it is not a size. Binary units only: `MB` would leave 4.8 % open to guesses. */
export function parseSize(text: string): Bytes | SizeError {
  const match = /^(-?[0-9][0-9_]*(?:\.[0-9]+)?)\s*([A-Za-z]*)$/.exec(text.trim())
  if (!match) return 'not-a-size'
  const [, count = '', unit = ''] = match
  if (count.startsWith('-')) return 'not-a-size'
  const factor = unit === '' ? 1n : UNITS[unit]
  if (factor === undefined) return /^[kKmMgGtT]([bB])?$/.test(unit) ? 'decimal-unit' : 'unknown-unit'
  if (count.includes('.')) return 'fraction'
  const value = BigInt(count.replaceAll('_', '')) * factor
  return value > LARGEST ? 'too-large' : bytes(value)
}

export const isSizeError = (result: Bytes | SizeError): result is SizeError => typeof result === 'string'
