/** XL: virtual performance monitors, which need those of the CPUs (arch/arm/setup.c: vpmu_is_available). */
import { CORES_WITH_AARCH32, CORES_WITHOUT_AARCH32 } from '../../xen/cores.ts'
import type { Rule } from '../rule.ts'
import { coreOf } from '../xen/scheduling.ts'
import { entryOf, integerOf, type XlContext } from './xl-context.ts'

/** Whether a core is known to have performance monitors: all of Arm's own have (their Technical Reference Manuals: ID_AA64DFR0_EL1.PMUVer). */
const hasPmu = (core: string): boolean => CORES_WITH_AARCH32.has(core) || CORES_WITHOUT_AARCH32.has(core)

export const performanceMonitorRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-054',
    check({ domains, host }, verdict) {
      const core = coreOf(host?.cpus[0])
      if (core === undefined || hasPmu(core)) return
      for (const domain of domains) {
        const entry = entryOf(domain, 'vpmu')
        if (entry && (integerOf(entry) ?? 0n) !== 0n)
          verdict.undecided(
            entry.origin,
            `whether a CPU like ${core} has a PMU, which '${domain.config.domain}' is to share, depends on the hardware`,
          )
      }
    },
  },
]
