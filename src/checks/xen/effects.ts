/** Effects that findings have in older releases, where these differ from the catalogue's. */
import { DOMAIN_PANIC, SCAN_ENDS, SCAN_PANIC } from '../../diagnostics/catalogue/effects.ts'
import { type Code, entryOf } from '../../diagnostics/catalogue/index.ts'
import type { Judge } from '../../diagnostics/diagnostic.ts'
import { isAtLeast, type Release } from '../../xen/releases.ts'

/** From this release on Xen stops if its early scan of the tree fails, and the scan checks that shared memory is whole pages. */
const SCAN_COUNTS_SINCE: Release = '4.19'

/** Rules that Xen checked before only when it built the domain (arch/arm/domain_build.c: process_shm). */
const FOUND_LATER: ReadonlySet<Code> = new Set<Code>(['SHM-010', 'SHM-011', 'SHM-013'])

/** Rules about nodes of partial trees. Before 4.18 Xen ignores errors of nodes below the one that it begins with (arch/arm/domain_build.c: scan_pfdt_node). */
const OF_PARTIAL_TREES: ReadonlySet<Code> = new Set<Code>([
  ...(['PT-004', 'PT-007', 'PT-009', 'PT-010', 'PT-011', 'PT-012', 'PT-013'] as const),
  ...(['PT-014', 'PT-015', 'PT-017', 'PT-018', 'PT-019', 'PT-033'] as const),
])
const UNCLOSED =
  "Xen would stop copying the device there and go on: the guest's device tree would have a node without an end"

/** Like `report`, with the effects that findings have in `release`. */
export function withEffectsIn(release: Release, report: Judge): Judge {
  if (isAtLeast(release, SCAN_COUNTS_SINCE)) return report
  return (code, finding, severity) => {
    const effect = earlierEffect(code, finding.effect ?? entryOf(code).effect, release) ?? finding.effect
    return report(code, effect === undefined ? finding : { ...finding, effect }, severity)
  }
}

function earlierEffect(code: Code, effect: string | undefined, release: Release): string | undefined {
  if (effect === DOMAIN_PANIC && OF_PARTIAL_TREES.has(code) && !isAtLeast(release, '4.18')) return UNCLOSED
  if (FOUND_LATER.has(code) && effect === entryOf(code).effect) return DOMAIN_PANIC
  return effect === SCAN_PANIC ? SCAN_ENDS : undefined
}
