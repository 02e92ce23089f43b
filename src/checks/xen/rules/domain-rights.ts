/** DOM: capabilities of boot-time domains, from 4.21 on (common/device-tree/dom0less-bindings.c). */
import { CAPABILITY_BITS } from '../../../xen/bindings.ts'
import type { Rule } from '../../rule.ts'
import { domainsWith, hardwareDomains } from '../view/capabilities.ts'
import { at, capabilityBits } from '../view/domains.ts'
import { hasDom0 } from '../view/hardware-owner.ts'
import { whyNoIommu } from '../view/iommu.ts'
import { readProperty } from '../view/property.ts'
import type { XenView } from '../view.ts'

const KNOWN_BITS = CAPABILITY_BITS.control | CAPABILITY_BITS.hardware | CAPABILITY_BITS.xenstore

/** A rule about a capability that only one domain can have: dom0, where there is one. */
function onlyOne(code: 'DOM-014' | 'DOM-015', what: string, bit: number): Rule<XenView> {
  return {
    code,
    check(view, verdict) {
      const [first, ...others] = domainsWith(view, bit)
      const refused = hasDom0(view) && first ? [first, ...others] : others
      for (const domain of refused)
        verdict.violated({
          at: at(domain, 'capabilities'),
          message: `'${domain.name}' wants to be the ${what} domain, and ${hasDom0(view) ? 'dom0' : `'${first?.name}'`} already is`,
          help: `remove '${what}' from its capabilities${hasDom0(view) ? ', or have no dom0' : ''}`,
        })
    },
  }
}

export const domainRightRules: readonly Rule<XenView>[] = [
  {
    code: 'DOM-013',
    check({ domains, context }, verdict) {
      for (const domain of domains) {
        const bits = capabilityBits(domain.node, context.release)
        if ((bits & ~KNOWN_BITS) !== 0)
          verdict.violated({
            at: at(domain, 'capabilities'),
            message: `capabilities of '${domain.name}' is 0x${bits.toString(16)}, with bits that Xen does not know`,
            help: 'use a sum of 1 (control), 2 (hardware) and 4 (xenstore)',
          })
      }
    },
  },
  onlyOne('DOM-014', 'hardware', CAPABILITY_BITS.hardware),
  onlyOne('DOM-015', 'xenstore', CAPABILITY_BITS.xenstore),
  {
    code: 'DOM-016',
    check(view, verdict) {
      for (const domain of hardwareDomains(view))
        if (readProperty(domain.node.node, 'passthrough'))
          verdict.violated({
            at: at(domain, 'passthrough'),
            message: `'${domain.name}' is the hardware domain and has passthrough`,
            help: 'leave passthrough out: the hardware domain uses the IOMMU where there is one',
          })
    },
  },
  {
    code: 'DOM-017',
    check(view, verdict) {
      const moved = hardwareDomains(view).filter(({ directMap }) => !directMap)
      const why = moved.length > 0 ? whyNoIommu(view) : undefined
      for (const domain of moved)
        if (why !== undefined)
          verdict.violated({
            at: at(domain, 'capabilities'),
            message: `'${domain.name}' is the hardware domain, its memory is not mapped 1:1, and ${why}`,
            help: 'give Xen an IOMMU, or the domain direct-map and a page of xen,static-mem, or have a dom0 instead',
            remedy: "set 'direct-map: true', give Xen an IOMMU, or use 'boot: dom0' instead",
          })
    },
  },
  {
    code: 'DOM-018',
    check(view, verdict) {
      const { domains } = view
      for (const domain of hardwareDomains(view)) {
        const later = domains.slice(domains.indexOf(domain)).find(({ partialTree }) => partialTree)
        if (later?.partialTree)
          verdict.violated({
            at: later.partialTree.node.origin,
            message:
              later === domain
                ? `'${domain.name}' is the hardware domain and has a partial device tree`
                : `'${later.name}' has a partial device tree and comes after the hardware domain '${domain.name}'`,
            help:
              later === domain
                ? 'remove it: the hardware domain gets every device that no other domain has'
                : 'put the hardware domain last',
          })
      }
    },
  },
  {
    code: 'DOM-019',
    check(view, verdict) {
      for (const domain of hardwareDomains(view))
        if (domain.nrSpis !== undefined)
          verdict.violated({
            at: at(domain, 'nr_spis'),
            message: `'${domain.name}' is the hardware domain and has nr_spis`,
            help: 'leave nr_spis out: the hardware domain gets the SPIs of the host',
            remedy: 'leave nr-spis out: the hardware domain gets the SPIs of the host',
          })
    },
  },
  {
    code: 'DOM-061',
    check(view, verdict) {
      for (const domain of hardwareDomains(view))
        if (domain.vpl011)
          verdict.violated({
            at: at(domain, 'vpl011'),
            message: `'${domain.name}' is the hardware domain, and Xen gives it no virtual PL011`,
            help: "leave vpl011 out; the domain has Xen's console as hvc0",
            remedy: "set 'console: none'; the domain has Xen's console as hvc0",
          })
    },
  },
]
