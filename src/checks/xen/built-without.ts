/** Options that Xen was built without. */
import { type Feature, optionFor } from '../../xen/kconfig.ts'
import type { BootContext } from './boot-context.ts'

/** The option of `feature` if the given `.config` has it off, for messages: `STATIC_SHM (xen.config)`. */
export function builtWithout({ kconfig, release }: BootContext, feature: Feature): string | undefined {
  const option = optionFor(feature, release)
  return option && kconfig && kconfig.options.get(option.name) !== 'y' ? `${option.name} (${kconfig.path})` : undefined
}

/** The remedy for what `builtWithout` gave. */
export const buildWith = (option: string): string => `build Xen with CONFIG_${option.split(' ')[0]}=y`
