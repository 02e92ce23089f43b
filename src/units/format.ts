/** How numbers look in everything that people read: addresses in lower-case hex, sizes in the largest binary unit that is exact. */
import type { Address, Bytes } from './quantities.ts'
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

/** `[0x40000000..0x48000000)`. */
export const formatRange = <A extends Address>(r: Range<A>): string => `[${hex(r.base)}..${hex(end(r))})`
