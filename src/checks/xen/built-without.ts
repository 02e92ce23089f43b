/** Options that Xen was built without. */
import { type Feature, optionFor } from '../../xen/kconfig.ts'
import type { BootContext } from './boot-context.ts'

/** The option behind `feature` where the given `.config` has it off, for people: `STATIC_SHM (xen.config)`. */
export function builtWithout({ kconfig, release }: BootContext, feature: Feature): string | undefined {
  const option = optionFor(feature, release)
  return option && kconfig && kconfig.options.get(option.name) !== 'y' ? `${option.name} (${kconfig.path})` : undefined
}

/** The remedy. */
export const buildWith = (option: string): string => `build Xen with CONFIG_${option.split(' ')[0]}=y`
