import type { CliCommand } from '../command.ts'
import { quiet, root } from '../shared-options.ts'

export const installDefinition: CliCommand = {
  name: 'install',
  summary: "put a domain's files into its root file system",
  description:
    'For image recipes: reads build.json in the output folder, and copies what belongs to one domain\nto its places below a folder: metadata of virtio devices, xl configurations, supervisor, units,\nand the images that dom0 creates domains from. Services start with the machine (links, as\nsystemctl enable and rc-update add make them; for sysvinit run update-rc.d). Nothing is copied\nwhen something is missing or was changed, and nothing is removed: use an empty folder to be rid\nof what an earlier build put there.',
  arguments: [{ name: 'out', required: true, describe: 'the folder that build has written' }],
  options: [
    { name: 'domain', type: 'string', value: 'NAME', describe: 'whose files; required' },
    { name: 'into', type: 'string', value: 'DIR', describe: "the root of that domain's file system; required" },
    {
      name: 'init',
      type: 'string',
      choices: ['systemd', 'sysvinit', 'openrc'],
      default: 'systemd',
      value: 'INIT',
      describe: 'the init system that runs in it',
    },
    { ...root, describe: 'also look here for images that are not in the working directory; may be repeated' },
    quiet,
  ],
  examples: [['domforge install out --domain dom0 --into rootfs --root images', "dom0's part, with images of guests"]],
}
