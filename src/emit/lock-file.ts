/** The lock file: what guests and peers see of the plan, for the next build to keep. */
import type { SystemPlan } from '../plan/system-plan.ts'

const HEADING = '# Written by domforge build: what guests see and later builds keep. Keep it under version control.\n'

/** One line for each value, sorted by name. */
export function lockText({ dom0less }: SystemPlan): string {
  const lines = dom0less.map(({ domain, id }) => `domains/${domain.name}/order: ${id.value}\n`)
  return `${HEADING}${lines.sort().join('')}`
}

/** Whether the plan has nothing to keep: then it needs no lock file. */
export const needsNoLock = ({ dom0less }: SystemPlan): boolean => dom0less.length === 0
