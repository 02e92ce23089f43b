/** Capabilities of boot-time domains, from 4.21 on (common/device-tree/dom0less-bindings.c: parse_dom0less_node). */
import { CAPABILITY_BITS } from '../../../xen/bindings.ts'
import type { Release } from '../../../xen/releases.ts'
import type { XenView } from '../view.ts'
import { capabilityBits, type DomainView } from './domains.ts'

/** Whether a domain has a capability, which dom0 otherwise has. */
export const hasCapability = (domain: DomainView, name: keyof typeof CAPABILITY_BITS, release: Release): boolean =>
  (capabilityBits(domain.node, release) & CAPABILITY_BITS[name]) !== 0

/** Domains that have the capability of `bit`. */
export const domainsWith = ({ domains, context }: XenView, bit: number): readonly DomainView[] =>
  domains.filter(({ node }) => (capabilityBits(node, context.release) & bit) !== 0)

/** The domain that gets the host's devices in place of a dom0; more than one is refused (DOM-014). */
export const hardwareDomains = (view: XenView): readonly DomainView[] => domainsWith(view, CAPABILITY_BITS.hardware)
