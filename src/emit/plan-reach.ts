/** Who acts on whom, in `plan.json`. */
import { pathsOf, reachedBy } from '../isolation/reach.ts'
import type { SystemPlan } from '../plan/system-plan.ts'

/** On whom a domain acts, and through what; nothing where it is on its own. */
export function reachDocument(plan: SystemPlan, name: string): object {
  const between = pathsOf(plan)
  const reached = reachedBy(plan, name).map((other) => [other, between(name, other).map(({ through }) => through)])
  return reached.length > 0 ? { reaches: Object.fromEntries(reached) } : {}
}
