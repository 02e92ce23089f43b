/** What becomes of memory that is given away although the firmware keeps it. */
import type { Finding } from '../../diagnostics/diagnostic.ts'
import type { Release } from '../../xen/releases.ts'
import { type Claim, isOverlooked } from './view/claims.ts'

/** The effect of an overlap that Xen does not see; nothing where it does, as the catalogue says. */
export const effectOf = (entry: Claim, other: Claim, release: Release): Pick<Finding, 'effect'> =>
  isOverlooked(entry, other, release)
    ? { effect: 'Xen would give it away all the same, and domains would write to what the firmware keeps for itself' }
    : {}
