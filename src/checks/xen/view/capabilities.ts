/** Which boot-time domains have which rights, from 4.21 on (common/device-tree/dom0less-bindings.c: parse_dom0less_node). */
import { CAPABILITY_BITS } from '../../../xen/bindings.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { XenView } from '../view.ts'
import type { DomainView } from './domains.ts'
import { readU32 } from './property.ts'

/** Its capability bits; older releases read none. */
export const bitsOf = ({ node }: DomainView): number => readU32(node.node, 'capabilities') ?? 0

export const domainsWith = ({ domains, context }: XenView, bit: number): readonly DomainView[] =>
  isAtLeast(context.release, '4.21') ? domains.filter((domain) => (bitsOf(domain) & bit) !== 0) : []

/** The domain that gets the host's devices in place of a dom0; more than one is refused (DOM-014). */
export const hardwareDomains = (view: XenView): readonly DomainView[] => domainsWith(view, CAPABILITY_BITS.hardware)
