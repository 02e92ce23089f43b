/** Options of Xen's build that a system can need. Sources of names and defaults: the Kconfig files that are named, in each release. */
import { isAtLeast, type Release } from './releases.ts'

/** What a system uses and a build may lack. */
export type Feature =
  | 'dom0less'
  | 'vpl011'
  | 'gicv3'
  | 'sve'
  | 'flask'
  | 'static-memory'
  | 'static-shm'
  | 'static-evtchn'
  | 'cpupools'
  | 'llc-coloring'
  | 'scmi-smc'
  | 'null-scheduler'
  | 'rtds-scheduler'
  | 'arinc653-scheduler'
  | 'ioreq'
  | 'argo'

export interface KconfigOption {
  /** Without `CONFIG_`. */
  readonly name: string
  /** The first release whose feature depends on the option; before, Xen always had the feature, or never. */
  readonly since: Release
  /** Whether it is on in a build with the defaults for arm64. */
  readonly stock: boolean
  /** Kconfig offers the option only when this other one is on. */
  readonly behind?: 'EXPERT' | 'UNSUPPORTED'
  /** What Xen does with the feature when the option is off. */
  readonly whenOff: string
}

/** The option on which each feature depends. */
export const OPTION_OF: Readonly<Record<Feature, KconfigOption>> = {
  // xen/arch/arm/Kconfig, since 4.21 xen/common/Kconfig
  dom0less: {
    name: 'DOM0LESS_BOOT',
    since: '4.19',
    stock: true,
    whenOff: 'Xen ignores every xen,domain node',
  },
  // xen/arch/arm/Kconfig
  vpl011: {
    name: 'SBSA_VUART_CONSOLE',
    since: '4.17',
    stock: true,
    whenOff: 'Xen panics while it creates the first domain with a vpl011',
  },
  // xen/arch/arm/Kconfig
  sve: {
    name: 'ARM64_SVE',
    since: '4.18',
    stock: false,
    behind: 'UNSUPPORTED',
    whenOff: 'Xen panics while it creates the first domain with sve',
  },
  // xen/common/Kconfig
  'static-memory': {
    name: 'STATIC_MEMORY',
    since: '4.17',
    stock: false,
    behind: 'UNSUPPORTED',
    whenOff: 'Xen panics while it builds the first domain with static memory',
  },
  // xen/arch/arm/Kconfig, since 4.21 xen/common/Kconfig
  'static-shm': {
    name: 'STATIC_SHM',
    since: '4.17',
    stock: false,
    behind: 'UNSUPPORTED',
    whenOff: 'Xen stops at its first scan of the tree',
  },
  // xen/arch/arm/Kconfig, since 4.21 xen/common/Kconfig
  'static-evtchn': {
    name: 'STATIC_EVTCHN',
    since: '4.19',
    stock: true,
    whenOff: 'Xen ignores the nodes: there are no channels',
  },
  // xen/common/Kconfig
  argo: {
    name: 'ARGO',
    since: '4.17',
    stock: false,
    behind: 'UNSUPPORTED',
    whenOff: 'Xen does not have the hypercall: no domain can send or receive',
  },
  // xen/arch/arm/firmware/Kconfig
  'scmi-smc': {
    name: 'SCMI_SMC',
    since: '4.21',
    stock: true,
    whenOff: 'Xen panics while it reads the first domain with xen,sci_type = "scmi_smc"',
  },
  // xen/common/sched/Kconfig
  cpupools: {
    name: 'BOOT_TIME_CPUPOOLS',
    since: '4.17',
    stock: false,
    whenOff: 'Xen ignores the nodes: every domain runs on all CPUs',
  },
  // xen/common/Kconfig
  'llc-coloring': {
    name: 'LLC_COLORING',
    since: '4.20',
    stock: false,
    behind: 'EXPERT',
    whenOff: 'Xen panics while it builds the first domain with colours',
  },
  // xen/common/sched/Kconfig, as the two below
  'null-scheduler': {
    name: 'SCHED_NULL',
    since: '4.17',
    stock: false,
    behind: 'UNSUPPORTED',
    whenOff: 'Xen panics while it reads the cpupools',
  },
  'rtds-scheduler': {
    name: 'SCHED_RTDS',
    since: '4.17',
    stock: false,
    behind: 'UNSUPPORTED',
    whenOff: 'Xen panics while it reads the cpupools',
  },
  'arinc653-scheduler': {
    name: 'SCHED_ARINC653',
    since: '4.17',
    stock: false,
    behind: 'UNSUPPORTED',
    whenOff: 'Xen panics while it reads the cpupools',
  },
  // xen/common/Kconfig
  ioreq: {
    name: 'IOREQ_SERVER',
    since: '4.17',
    stock: false,
    behind: 'EXPERT',
    whenOff: 'no backend can serve the registers of a virtio device',
  },
  // xen/common/Kconfig
  flask: {
    name: 'XSM_FLASK',
    since: '4.17',
    stock: true,
    whenOff: 'Xen ignores the policy',
  },
  // xen/arch/arm/Kconfig
  gicv3: {
    name: 'GICV3',
    since: '4.17',
    stock: true,
    whenOff: 'Xen finds no interrupt controller and panics',
  },
}

/** The option that `feature` depends on in `release`; `undefined`: on none. */
export function optionFor(feature: Feature, release: Release): KconfigOption | undefined {
  const option = OPTION_OF[feature]
  return isAtLeast(release, option.since) ? option : undefined
}

/** Those of these options that are on by default for arm64, without `CONFIG_`. */
export const STOCK_OPTIONS: readonly string[] = Object.values(OPTION_OF).flatMap(({ name, stock }) =>
  stock ? [name] : [],
)
