/**
 * What Xen reads of a boot-time domain's node (`xen,domain`). A release silently ignores what it does not know (up to 4.20
 * arch/arm/domain_build.c and dom0less-build.c, later common/device-tree/dom0less-*.c).
 */
import { scalarsBy } from './guest-scalars.ts'
import { isAtLeast, type Release } from './releases.ts'

/** Properties, each with the first release that reads it. */
export const DOMAIN_PROPERTIES: Readonly<Record<string, Release>> = {
  compatible: '4.17',
  '#address-cells': '4.17',
  '#size-cells': '4.17',
  memory: '4.17',
  cpus: '4.17',
  vpl011: '4.17',
  'direct-map': '4.17',
  'domain-cpupool': '4.17',
  'xen,static-mem': '4.17',
  'xen,enhanced': '4.17',
  sve: '4.18',
  passthrough: '4.19',
  'llc-colors': '4.20',
  capabilities: '4.21',
  'xen,sci_type': '4.21',
  v8r_el1_msa: '4.22',
  ...scalarsBy(
    ({ property }) => property,
    ({ since }) => since,
  ),
}

/** Values of `xen,enhanced`, each with the first release that knows it; any other text means `disabled` (dom0less-build.c: construct_domU). */
export const ENHANCED_VALUES: Readonly<Record<string, Release>> = {
  enabled: '4.17',
  'no-xenstore': '4.17',
  disabled: '4.17',
  legacy: '4.21',
}

/** The first release that reads `xen,vcpu` nodes (dom0less-build.c: domain_vcpu_affinity). */
export const VCPU_NODES_SINCE: Release = '4.21'

/** Whether this value of `xen,enhanced` asks for xenstore; an empty one does. */
export const asksForXenstore = (enhanced: string, release: Release): boolean =>
  enhanced === '' || enhanced === 'enabled' || (enhanced === 'legacy' && isAtLeast(release, '4.21'))
