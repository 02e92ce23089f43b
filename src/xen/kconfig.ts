/** Options of Xen's build that a system can need. Defaults and effects: the Kconfig files of xen/ and xen/arch/arm/ in each release. */
import { isAtLeast, type Release } from './releases.ts'

/** What a system uses and a build may lack. */
export type Feature = 'dom0less' | 'vpl011' | 'gicv3' | 'sve' | 'flask'

export interface KconfigOption {
  /** Without `CONFIG_`. */
  readonly name: string
  /** The first release that has the option; before, the feature was always there. */
  readonly since: Release
  /** Whether a stock arm64 build has it on. */
  readonly stock: boolean
  /** What Xen does with the feature when the option is off. */
  readonly whenOff: string
}

/** The option behind each feature. */
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
    whenOff: 'Xen panics while it creates the first domain with sve',
  },
  // xen/common/Kconfig
  flask: {
    name: 'XSM_FLASK',
    since: '4.17',
    stock: false,
    whenOff: 'Xen does not look at the policy',
  },
  // xen/arch/arm/Kconfig
  gicv3: {
    name: 'GICV3',
    since: '4.17',
    stock: true,
    whenOff: 'Xen finds no interrupt controller and panics',
  },
}

/** The option that `feature` depends on in `release`; `undefined` where the feature is always built in. */
export function optionFor(feature: Feature, release: Release): KconfigOption | undefined {
  const option = OPTION_OF[feature]
  return isAtLeast(release, option.since) ? option : undefined
}
