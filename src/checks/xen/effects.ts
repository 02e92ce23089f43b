/** What violations do in older releases, where that is something else than the catalogue says. */
import { DOMAIN_PANIC, SCAN_ENDS, SCAN_PANIC } from '../../diagnostics/catalogue/effects.ts'
import { type Code, catalogue } from '../../diagnostics/catalogue/index.ts'
import type { Judge } from '../../diagnostics/diagnostic.ts'
import { isAtLeast, type Release } from '../../xen/releases.ts'

/** From this release on Xen stops where its first look at the tree fails, and looks whether regions are whole pages. */
const SCAN_COUNTS_SINCE: Release = '4.19'

/** Before, only whoever built the domain looked at these (arch/arm/domain_build.c: process_shm). */
const FOUND_LATER: ReadonlySet<Code> = new Set<Code>(['SHM-010', 'SHM-011', 'SHM-013'])

/** `report`, with the effects that findings have in `release`. */
export function withEffectsIn(release: Release, report: Judge): Judge {
  if (isAtLeast(release, SCAN_COUNTS_SINCE)) return report
  return (code, finding, severity) => {
    const effect = finding.effect ?? earlierEffect(code)
    return report(code, effect === undefined ? finding : { ...finding, effect }, severity)
  }
}

function earlierEffect(code: Code): string | undefined {
  if (FOUND_LATER.has(code)) return DOMAIN_PANIC
  return catalogue[code].effect === SCAN_PANIC ? SCAN_ENDS : undefined
}
