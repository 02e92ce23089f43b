/** How numbers look in everything that people read: addresses in lower-case hex, sizes in the largest binary unit that is exact. */
import { type Address, alignDown, type Bytes, offset, sum } from './quantities.ts'
import { end, type Range } from './range.ts'

export const hex = (value: bigint | number): string => `0x${value.toString(16)}`

/** `512 MiB`, `64 KiB`, `4097 bytes`: exact, never rounded. */
export function formatSize(size: Bytes): string {
  const units: readonly (readonly [bigint, string])[] = [
    [1n << 40n, 'TiB'],
    [1n << 30n, 'GiB'],
    [1n << 20n, 'MiB'],
    [1n << 10n, 'KiB'],
  ]
  for (const [factor, unit] of units) if (size >= factor && size % factor === 0n) return `${size / factor} ${unit}`
  return size === 1n ? '1 byte' : `${size} bytes`
}

/** The sizes next to `size` that are multiples of `unit` (a power of two): `64 MiB or 65540 KiB`; the one above where the other is 0. */
export function nearestSizes(size: Bytes, unit: Bytes): string {
  const below = alignDown(size, unit)
  const above = formatSize(sum([below, unit]))
  return below === 0n ? above : `${formatSize(below)} or ${above}`
}

/** `0x60000000 or 0x60001000`: the nearest multiples of `unit` around an address that is none. */
export function nearestAddresses<A extends Address>(address: A, unit: Bytes): string {
  const below = alignDown(address, unit)
  return `${hex(below)} or ${hex(offset(below, unit))}`
}

/** `18.2 MiB`: rounded to a tenth where the exact number has more than four digits, for columns that only people read. */
export function roughSize(size: Bytes): string {
  const exact = formatSize(size)
  if (/^\d{1,4} /.test(exact)) return exact
  const [shift, unit] = size < 1n << 20n ? [10n, 'KiB'] : size < 1n << 30n ? [20n, 'MiB'] : [30n, 'GiB']
  const tenths = (size * 10n + (1n << (shift - 1n))) >> shift
  return `${tenths / 10n}.${tenths % 10n} ${unit}`
}

/** `[0x40000000..0x48000000)`. */
export const formatRange = <A extends Address>(r: Range<A>): string => `[${hex(r.base)}..${hex(end(r))})`
