/** Which domains can act on which others, for `plan.json`. */
import { pathsOf, reachedBy } from '../isolation/reach.ts'
import type { SystemPlan } from '../plan/system-plan.ts'

/** The domains on which a domain can act, and through what; empty if there are none. */
export function reachDocument(plan: SystemPlan, name: string): object {
  const between = pathsOf(plan)
  const reached = reachedBy(plan, name).map((other) => [other, between(name, other).map(({ through }) => through)])
  return reached.length > 0 ? { reaches: Object.fromEntries(reached) } : {}
}
