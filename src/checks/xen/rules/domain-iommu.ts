/** DOM, PT: domains that Xen puts behind the IOMMU although their nodes do not say so (dom0less-bindings.c: parse_dom0less_node; up to 4.20 arch/arm/dom0less-build.c: create_domUs). */
import { isAtLeast, type Release } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { hasCapability } from '../view/capabilities.ts'
import { at, type DomainView } from '../view/domains.ts'
import { whyNoIommu } from '../view/iommu.ts'
import { readString } from '../view/property.ts'
import type { XenView } from '../view.ts'

const hasIommu = (view: XenView): boolean => whyNoIommu(view) === undefined

const isEnabled = ({ node }: DomainView, release: Release): boolean =>
  isAtLeast(release, '4.19') && readString(node.node, 'passthrough') === 'enabled'

const asks = (domain: DomainView, release: Release): boolean =>
  isEnabled(domain, release) || domain.partialTree !== undefined || hasCapability(domain, 'hardware', release)

const names = (domains: readonly DomainView[]): string => domains.map(({ name }) => `'${name}'`).join(', ')

export const domainIommuRules: readonly Rule<XenView>[] = [
  {
    code: 'DOM-046',
    check(view, verdict) {
      const { release } = view.context
      if ((release !== '4.19' && release !== '4.20') || !hasIommu(view)) return
      const first = view.domains.findIndex((domain) => isEnabled(domain, release))
      const domain = view.domains[first]
      const lastWithTree = view.domains.findLastIndex(({ partialTree }) => partialTree)
      const others = view.domains.filter((each, index) => index > Math.max(first, lastWithTree) && !asks(each, release))
      if (domain && others.length > 0)
        verdict.violated({
          at: at(domain, 'passthrough'),
          message: `passthrough of '${domain.name}' is on for every domain after it in Xen ${release}: ${names(others)}`,
          help: 'put the domain last, or use Xen 4.21',
        })
    },
  },
  {
    code: 'PT-022',
    check(view, verdict) {
      const { release } = view.context
      const last = view.domains.findLastIndex(({ partialTree }) => partialTree)
      const { partialTree, name } = view.domains[last] ?? {}
      const others = view.domains.filter((each, index) => index < last && !asks(each, release))
      if (partialTree && others.length > 0 && hasIommu(view))
        verdict.violated({
          at: partialTree.node.origin,
          message: `Xen also uses the IOMMU for the domains before '${name}', which has a partial device tree: ${names(others)}`,
          help: `put '${name}' first`,
        })
    },
  },
]
