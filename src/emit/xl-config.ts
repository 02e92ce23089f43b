/** xl's configuration files. */
import type { XlConfig } from '../assemble/assembly.ts'
import type { Emitter } from './artifact.ts'
import { templates } from './templates.ts'
import { xlValue } from './xl-quoting.ts'

export const xlConfigPath = (config: XlConfig): string => `domains/${config.domain}/${config.domain}.cfg`

export const xlConfigs: Emitter = {
  name: 'xl',
  summary: 'xl configurations: domains that dom0 creates, and boot-time domains that it can create again',
  emit: ({ xl }) => xl.map((config) => ({ path: xlConfigPath(config), contents: xlConfigText(config) })),
}

export const xlConfigText = (config: XlConfig): string =>
  templates.xlCfg({
    domain: config.domain,
    notes:
      config.purpose === 'create'
        ? ['Start it in dom0 with: xl create FILE']
        : ['Xen starts this domain at boot. To bring it back after its end: xl destroy it, then xl create FILE'],
    entries: config.entries.map(({ key, value }) => ({ key, value: xlValue(value) })),
  })
