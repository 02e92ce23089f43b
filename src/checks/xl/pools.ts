/** XL: cpupools in which xl creates domains. */
import type { Rule } from '../rule.ts'
import { poolsOf } from '../xen/scheduling.ts'
import { entryOf, textOf, type XlContext } from './xl-context.ts'

/** Whether `pool` names one of `count` pools, by the name that xen-init-dom0 gives it, or by its id (tools/libs/light/libxl_utils.c: libxl_cpupool_qualifier_to_cpupoolid). */
function isOneOf(pool: string, count: number): boolean {
  const id = /^(?:Pool-(?:0|[1-9]\d*)|\d+)$/.test(pool) ? Number(pool.replace('Pool-', '')) : undefined
  return id !== undefined && id < count
}

export const poolRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-009',
    check({ domains, host }, verdict) {
      if (!host) return
      const count = Math.max(poolsOf(host).length, 1)
      for (const domain of domains) {
        const entry = entryOf(domain, 'pool')
        const pool = textOf(entry)
        if (!entry || pool === undefined || isOneOf(pool, count)) continue
        verdict.violated({
          at: entry.origin,
          message: `'${domain.config.domain}' is to run in the cpupool '${pool}', and Xen creates ${count === 1 ? 'only Pool-0' : `Pool-0 to Pool-${count - 1}`}`,
          help: 'name one of these, or create the pool in dom0 before the domain',
          remedy: 'name a pool of xen.cpupools with cpupool, or create the pool in dom0 before the domain',
        })
      }
    },
  },
]
