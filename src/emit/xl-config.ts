/** xl's configuration files. */
import type { XlConfig } from '../assemble/assembly.ts'
import { lifecycleOf } from '../lifecycle/managed.ts'
import { configInDom0 } from '../lifecycle/table.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import type { Emitter } from './artifact.ts'
import { templates } from './templates.ts'
import { xlValue } from './xl-quoting.ts'

/** Path below the output folder. */
export const xlConfigPath = (config: XlConfig): string => `domains/${config.domain}/${config.domain}.cfg`

/** A file for each domain that xl can create. */
export const xlConfigs: Emitter = {
  name: 'xl',
  summary: 'xl configurations: domains that dom0 creates, and boot-time domains that it can create again',
  emit: ({ plan, xl }) =>
    xl.map((config) => ({
      path: xlConfigPath(config),
      contents: xlConfigText(config, isManaged(plan, config), plan.metadata.has(config.domain)),
      ...(plan.dom0
        ? { install: [{ domain: plan.dom0.domain.name, at: placeInDom0(plan, config), mode: '0644' }] }
        : {}),
    })),
}

/** Path in dom0: where the supervisor looks for files of its domains; else where people look for them. */
const placeInDom0 = (plan: SystemPlan, config: XlConfig): string =>
  isManaged(plan, config) ? configInDom0(config.domain) : `/etc/xen/${config.domain}.cfg`

const isManaged = (plan: SystemPlan, { domain }: XlConfig): boolean =>
  lifecycleOf(plan).domains.some((managed) => managed.domain.name === domain)

/** The text of a file. `isManaged`: the supervisor creates the domain. `hasMetadata`: at boot the domain has a metadata.cpio behind its ramdisk. */
export const xlConfigText = (config: XlConfig, isManaged = false, hasMetadata = false): string =>
  templates.xlCfg({
    domain: config.domain,
    notes: isManaged ? notesOfManaged(config) : [...notes(config), ...(hasMetadata ? appendingNotes(config) : [])],
    entries: config.entries.map(({ key, value }) => ({ key, value: xlValue(value) })),
  })

/** How to use the file. init-dom0less names boot-time domains dom0less-<id> (tools/helpers/init-dom0less.c). */
const notes = ({ bootId }: XlConfig): readonly string[] =>
  bootId === undefined
    ? ['Start it in dom0 with: xl create FILE']
    : [
        `Xen starts this domain at boot, with id ${bootId}; to xl it is dom0less-${bootId}.`,
        `To create it again after it has ended: xl destroy ${bootId}, then xl create FILE`,
      ]

/**
 * How to append metadata.cpio, which U-Boot does at boot, and the supervisor for its domains. The ramdisk is not named: its name might have characters that a
 * comment cannot.
 */
const appendingNotes = ({ domain }: XlConfig): readonly string[] => [
  `Append domains/${domain}/metadata.cpio to the ramdisk named below first, or the domain comes back without what it has from there:`,
  '{ dd if=ramdisk bs=4096 conv=sync; cat metadata.cpio; } >copy',
]

/** How to start the domain: only by the supervisor, which knows no other domain than those that it creates. */
const notesOfManaged = ({ domain, bootId }: XlConfig): readonly string[] => [
  ...(bootId === undefined ? [] : [`Xen starts this domain at boot, with id ${bootId}.`]),
  `The supervisor in dom0 creates it from this file, as its lifecycle says. Install it as ${configInDom0(domain)}.`,
  `To start it when it is down: /usr/lib/domforge/supervisor start ${domain}, not xl create.`,
]
