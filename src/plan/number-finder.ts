/** From things to their numbers, for whoever writes down one thing after the other. */
import { defined } from '../diagnostics/defined.ts'
import { type OfKind, type PlannedNumber, plannedNumbers } from './numbers.ts'
import type { SystemPlan } from './system-plan.ts'

/** From a key to its numbers. */
export interface NumberFinder {
  /** Those of one kind, in their order. */
  all<Kind extends PlannedNumber['kind']>(kind: Kind, key: string): readonly OfKind<Kind>[]
  /** The one that must be there. */
  one<Kind extends PlannedNumber['kind']>(kind: Kind, key: string): OfKind<Kind>
}

/** A finder for `plan`, to go from things to their numbers. */
export function numberFinder(plan: SystemPlan): NumberFinder {
  const byKey = new Map<string, PlannedNumber[]>()
  for (const number of plannedNumbers(plan)) {
    const known = byKey.get(number.key)
    if (known) known.push(number)
    else byKey.set(number.key, [number])
  }
  const all: NumberFinder['all'] = <Kind extends PlannedNumber['kind']>(kind: Kind, key: string) =>
    (byKey.get(key) ?? []).filter((own): own is OfKind<Kind> => own.kind === kind)
  return { all, one: (kind, key) => defined(all(kind, key)[0], `${kind} ${key}`) }
}
