/** XL: guests that do not trap accesses to unmapped addresses. */
import { affected, FAULTS } from '../../xen/point-releases.ts'
import { reporterOf, wayOut } from '../fault.ts'
import type { Rule } from '../rule.ts'
import { entryOf, integerOf, type XlContext, type XlDomainContext } from './xl-context.ts'

export const unmappedAccessRules: readonly Rule<XlContext>[] = [
  {
    code: 'DOM-063',
    check({ domains, ...xen }, verdict) {
      const fault = FAULTS['ignores-unmapped-ram']
      const report = reporterOf(fault, xen, verdict)
      if (!report) return
      for (const domain of domains) {
        const entry = entryOf(domain, 'trap_unmapped_accesses')
        if (!entry || integerOf(entry) !== 0n || mayUseIommu(domain)) continue
        report({
          at: entry.origin,
          message: `'${domain.config.domain}' does not trap accesses to unmapped addresses, and ${affected(fault, xen)} then ignores its first access to every page of its RAM`,
          ...wayOut(fault, xen, 'leave trap_unmapped_accesses out'),
        })
      }
    },
  },
]

/** Whether xl puts the domain behind an IOMMU: it has a device of the host's, or asks for that (tools/xl/xl_parse.c: passthrough). */
const mayUseIommu = (domain: XlDomainContext): boolean =>
  entryOf(domain, 'dtdev') !== undefined || entryOf(domain, 'passthrough') !== undefined
