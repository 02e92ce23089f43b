/** The finding about memory for Xen or a domain that overlaps something else. */
import type { Finding } from '../../diagnostics/diagnostic.ts'
import { formatRange } from '../../units/format.ts'
import type { Release } from '../../xen/releases.ts'
import { type Claim, isOverlooked } from './view/claims.ts'

/** Says where `entry`, called `what`, overlaps `other`, and what `release` does then. The rule adds the remedy. */
export const overlapOf = (entry: Claim, other: Claim, release: Release, what = entry.what): Finding => ({
  at: entry.origin,
  message: `${what} ${formatRange(entry.range)} overlaps ${other.what} ${formatRange(other.range)} (host-physical)`,
  related: [{ at: other.origin, message: `${other.what} is here` }],
  ...effectOf(entry, other, release),
})

/** The effect of an overlap that Xen does not notice. If it does, the catalogue has the effect. */
const effectOf = (entry: Claim, other: Claim, release: Release): Pick<Finding, 'effect'> =>
  isOverlooked(entry, other, release)
    ? { effect: 'Xen would give it to domains all the same, and they would overwrite the firmware' }
    : {}
