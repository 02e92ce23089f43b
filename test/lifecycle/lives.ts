/** Systems in few words, for tests of lifecycles. */
import { lifecycleOf, type PlannedLifecycle } from '../../src/lifecycle/managed.ts'
import type { Bench } from '../support/checks/systems.ts'
import { manifestOf } from '../support/checks/systems.ts'

export const DOM0 =
  'dom0: { boot: dom0, kernel: { image: Image, bootargs: panic=5 }, memory: 256MiB, files-at: /boot/guests }'

const KERNEL = 'kernel: { image: Image, bootargs: panic=5 }, memory: 64MiB'

/** A guest that Xen starts, with xenstore; `more` are further keys. */
export const booted = (name: string, lifecycle: string, more = ''): string =>
  `${name}: { boot: dom0less, ${KERNEL}, enhanced: enabled, lifecycle: ${lifecycle}${more && `, ${more}`} }`

/** A guest that xl creates. */
export const created = (name: string, lifecycle: string, more = ''): string =>
  `${name}: { boot: xl, ${KERNEL}, lifecycle: ${lifecycle}${more && `, ${more}`} }`

export const RESETS = 'platform-resets: { max: 3 }'

/** What becomes of those `domains`, whether or not the rules like it. */
export function lifecycleIn(bench: Bench, domains: readonly string[], end: readonly string[] = []): PlannedLifecycle {
  const { plan, findings } = bench.outcomeOf(manifestOf({ domains, end }))
  if (!plan) throw new Error(findings.all.map(({ message }) => message).join('; '))
  return lifecycleOf(plan)
}
