import { RELEASES } from '../../xen/releases.ts'
import type { CliCommand } from '../command.ts'
import { findingsFormat } from '../shared-options.ts'

export const lintDefinition: CliCommand = {
  name: 'lint',
  summary: 'say whether Xen boots from a device tree, whoever made it',
  description:
    'Reads a device tree as Xen does at boot, a blob or a source, and reports what each release would\nrefuse, lose or overwrite. No manifest is needed. What is not known makes the verdict undecided:\nname the files that are loaded besides the tree, and the .config that Xen was built with.',
  arguments: [{ name: 'tree', required: true, describe: 'the device tree that Xen is handed, .dtb or .dts' }],
  options: [
    {
      name: 'release',
      type: 'string',
      repeatable: true,
      value: 'RELEASE',
      describe: `a release of Xen, ${RELEASES[0]} to ${RELEASES.at(-1)}, or a point release such as 4.20.3; may be repeated; without it: that of --file's Xen or of --config, else all`,
    },
    {
      name: 'config',
      type: 'string',
      value: 'FILE',
      describe: 'the .config that Xen was built with; an option that it lacks is off',
    },
    {
      name: 'file',
      type: 'string',
      repeatable: true,
      value: '0xADDRESS=FILE',
      describe: 'what is loaded where: modules, Xen, the tree itself; may be repeated',
    },
    {
      name: 'overlay',
      type: 'string',
      repeatable: true,
      value: 'FILE',
      describe: 'apply this overlay to the tree first; may be repeated',
    },
    {
      name: 'entry',
      type: 'string',
      choices: ['booti', 'bootm', 'bootefi'],
      default: 'booti',
      value: 'COMMAND',
      describe: "U-Boot's command that starts Xen",
    },
    findingsFormat,
  ],
  examples: [
    ['domforge lint xen.dtb', 'why does it hang?'],
    ['domforge lint xen.dtb --release 4.20 --file 0x48000000=Image --config xen.config', 'with all that is known'],
  ],
}
