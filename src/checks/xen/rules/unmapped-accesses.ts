/** DOM: guests that do not trap accesses to unmapped addresses. */
import { affected, FAULTS } from '../../../xen/point-releases.ts'
import { reporterOf, wayOut } from '../../fault.ts'
import type { Rule } from '../../rule.ts'
import { at, type DomainView } from '../view/domains.ts'
import { whyNoIommu } from '../view/iommu.ts'
import { readString, readU32 } from '../view/property.ts'
import type { XenView } from '../view.ts'

const TRAP = 'trap-unmapped-accesses'

export const unmappedAccessRules: readonly Rule<XenView>[] = [
  {
    code: 'DOM-063',
    check(view, verdict) {
      const fault = FAULTS['ignores-unmapped-ram']
      const report = reporterOf(fault, view.context, verdict)
      const without = report ? view.domains.filter(({ node }) => readU32(node.node, TRAP) === 0) : []
      for (const domain of without) {
        const lost = lostAccesses(view, domain)
        if (lost)
          report?.({
            at: at(domain, TRAP),
            message: `'${domain.name}' does not trap accesses to unmapped addresses, and ${affected(fault, view.context)} then ignores ${lost}`,
            ...wayOut(fault, view.context, 'leave trap-unmapped-accesses out'),
          })
      }
    },
  },
]

/** Accesses of the guest that Xen wrongly takes for unmapped, as a clause; `undefined`: none. */
function lostAccesses(view: XenView, domain: DomainView): string | undefined {
  const isShared = mayUseIommu(domain) && whyNoIommu(view) === undefined
  if (!isShared) return 'its first access to every page of its RAM'
  return view.gic?.version === 'v2' ? 'its first access to the virtual CPU interface of the GICv2' : undefined
}

/** Whether Xen sets XEN_DOMCTL_CDF_iommu for the domain (dom0less-bindings.c: parse_dom0less_node). */
const mayUseIommu = ({ node, partialTree }: DomainView): boolean =>
  partialTree !== undefined || readString(node.node, 'passthrough') === 'enabled'
