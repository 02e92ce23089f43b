/**
 * What forks and patched builds of Xen read that upstream does not, or not yet. The names are domforge's own: `xen.features` lists those that a
 * system's Xen has. All else about that Xen is still judged by its release.
 */
import type { Release } from './releases.ts'

/** What a feature adds. A word that no feature adds is judged as upstream judges it. */
interface Additions {
  /** Properties of a boot-time domain's node. */
  readonly properties: readonly string[]
  /** Options of Xen's command line, without `no-`. */
  readonly options: readonly string[]
  /** Keys of xl's configuration. */
  readonly xlKeys: readonly string[]
}

const add = (additions: Partial<Additions>): Additions => ({ properties: [], options: [], xlKeys: [], ...additions })

/** By name, as `xen.features` has it. */
export const FORK_FEATURES = {
  /** A boot-time domain with static memory gets its xenstore page, as from upstream's 4.21 on (vendors' 4.17 and 4.19: a backport of dom0less-build.c: alloc_xenstore_page). Lifts DOM-044. */
  'xenstore-page': add({}),
  /** A TEE for boot-time domains (xen-devel, 2024-05-29, "arm: dom0less: add TEE support", RFC; carried by product layers). */
  'domain-tee': add({ properties: ['xen,tee'] }),
  /** A virtual IOMMU for guests (xen-devel, 2025-08-07, "Add SMMUv3 Stage 1 Support for XEN guests"; AMD's releases: `dom0_viommu`). */
  viommu: add({ properties: ['viommu'], options: ['viommu', 'dom0_viommu'], xlKeys: ['viommu'] }),
  /** A virtual UART that is a whole PL011 rather than SBSA's: `vpl011 = "pl011"` (AMD's releases from 2023.1). */
  'vpl011-pl011': add({ properties: ['vpl011'] }),
  /** Colours of the cache before upstream's: a bitmask for a domain, and options of other names (AMD's releases from 2019 on; xen-devel, 2022-03-04, "Arm cache coloring"). */
  'bitmask-colors': add({
    properties: ['colors'],
    options: ['xen_colors', 'dom0_colors', 'way_size', 'buddy_size'],
    xlKeys: ['colors'],
  }),
  /** SCMI with an agent for each domain (xen-devel, 2025-2026, "Introduce SCI SCMI SMC multi-agent support", v7; EPAM's releases). */
  'scmi-agents': add({
    properties: ['xen,sci_type', 'xen,sci-agent-id', 'xen,sci_agent_id'],
    options: ['dom0_scmi_agent_id', 'dom0_sci_agent_id'],
    xlKeys: ['arm_sci'],
  }),
} as const satisfies Readonly<Record<string, Additions>>

export type ForkFeature = keyof typeof FORK_FEATURES

/** The feature that adds the property, option or key `name`; `undefined`: none does. */
export const featureAdding = (kind: keyof Additions, name: string): ForkFeature | undefined =>
  (Object.keys(FORK_FEATURES) as ForkFeature[]).find((feature) => isAdded([feature], kind, name))

/** Whether one of `features` adds the property, option or key `name`. */
export const isAdded = (features: readonly ForkFeature[], kind: keyof Additions, name: string): boolean =>
  features.some((feature) => FORK_FEATURES[feature][kind].includes(name))

/** What upstream has instead from a release on. */
export interface Successor {
  /** For whoever writes Xen's tree or command line. */
  readonly name: string
  /** The key of a manifest. */
  readonly key: string
  readonly since: Release
}

const color = (name: string, key: string): Successor => ({ name, key, since: '4.20' })

/** By property of a domain, or option, of a feature here. */
const SUCCESSORS: Readonly<Record<string, Successor>> = {
  colors: color('llc-colors', "'llc-colors' of the domain"),
  xen_colors: color('xen-llc-colors', "'xen' of xen.cache-coloring"),
  dom0_colors: color('dom0-llc-colors', "'dom0' of xen.cache-coloring"),
  way_size: color("llc-size' and 'llc-nr-ways", "'llc-size' and 'llc-nr-ways' of xen.cache-coloring"),
  buddy_size: color('buddy-alloc-size', "'buddy-alloc-size' of xen.cache-coloring"),
}

/** Upstream's way to say what `name` says; `undefined`: there is none. */
export const successorOf = (name: string): Successor | undefined =>
  Object.hasOwn(SUCCESSORS, name) ? SUCCESSORS[name] : undefined
