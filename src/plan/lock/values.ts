/** Values of the lock as the plan's own types, and what is said where one cannot be kept. */
import type { Origin, Report } from '../../diagnostics/diagnostic.ts'
import type { Lock } from '../../facts/lock.ts'
import { formatRange } from '../../units/format.ts'
import { type Address, type Bytes, bytes } from '../../units/quantities.ts'
import { type Range, range, totalSize } from '../../units/range.ts'

export { LOCK_END } from '../../facts/lock.ts'

/** The ranges of an entry of the lock, as written there. `address` makes an address of a number. */
export const rangesIn = <A extends Address>(text: string, address: (value: bigint) => A): readonly Range<A>[] =>
  text.split(',').flatMap((one) => {
    const [base, size] = one.split('+')
    return base === undefined || size === undefined ? [] : [range(address(BigInt(base)), bytes(BigInt(size)))]
  })

/** The number that the lock has at `key`. */
export function lockedNumber({ entries }: Lock, key: string): number | undefined {
  const text = entries.get(key)
  return text === undefined ? undefined : Number(text)
}

/** `0x60000000+0x8000000,…`: ranges as in the lock. */
export const rangesText = <A extends Address>(ranges: readonly Range<A>[]): string =>
  ranges.map(({ base, size }) => `0x${base.toString(16)}+0x${size.toString(16)}`).join(',')

/** OUT-008 for a value that differs from the lock. */
export function reportMoved<A extends Address>(
  report: Report,
  at: Origin,
  what: string,
  before: readonly Range<A>[],
  now: readonly Range<A>[],
): void {
  report('OUT-008', {
    at,
    message: `${what} moves from ${before.map(formatRange).join(', ')} to ${now.map(formatRange).join(', ')}: ${whyMoved(totalSize(before), totalSize(now))}`,
    help: 'rebuild whatever has the old address compiled in; the next lock file has the new one',
  })
}

const whyMoved = (before: Bytes, now: Bytes): string =>
  before === now ? 'something else is there now' : 'its size changed, and it does not fit there'
