/** The lock file: numbers that guests see and domforge chose, which the next build keeps. */

import { LOCK_END } from '../plan/lock/values.ts'
import { isChosen, lockedText, plannedNumbers } from '../plan/numbers.ts'
import type { SystemPlan } from '../plan/system-plan.ts'

const HEADING = '# Written by domforge build: what guests see and later builds keep. Keep it under version control.\n'

/** The text of the file: a line for each value, sorted by name, and a last line that marks the end. */
export const lockText = (plan: SystemPlan): string => {
  const lines = [...entriesOf(plan)].map(([key, value]) => `${key}: ${value}\n`)
  return `${HEADING}${lines.sort().join('')}${LOCK_END}\n`
}

/** Whether the plan has no such number, and needs no lock file. */
export const needsNoLock = (plan: SystemPlan): boolean => entriesOf(plan).size === 0

/** Values that domforge chose, in this build or an earlier one, by entry. */
function entriesOf(plan: SystemPlan): ReadonlyMap<string, string> {
  const entries = new Map<string, string>()
  for (const number of plannedNumbers(plan)) {
    if (!number.isKept || !isChosen(number.source)) continue
    const before = entries.get(number.key)
    entries.set(number.key, [...(before === undefined ? [] : [before]), lockedText(number)].join(','))
  }
  return entries
}
