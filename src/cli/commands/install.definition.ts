import type { CliCommand } from '../command.ts'
import { quiet, root } from '../shared-options.ts'

export const installDefinition: CliCommand = {
  name: 'install',
  summary: "put a domain's files into its root file system",
  description:
    'For recipes of images: reads build.json in the output folder, and copies what belongs to one domain to\nits places below a folder: metadata of virtio devices, xl configurations, supervisor, units, and the\nimages that dom0 creates domains from. Services start with the machine (links, as systemctl enable and\nrc-update add make them; for sysvinit run update-rc.d). Nothing is copied when something is missing or\nwas changed, and nothing is removed: what an earlier build put there stays, unless the folder is a new one.',
  arguments: [{ name: 'out', required: true, describe: 'the folder that build has written' }],
  options: [
    { name: 'domain', type: 'string', value: 'NAME', describe: 'whose files; needed' },
    { name: 'into', type: 'string', value: 'DIR', describe: "the root of that domain's file system; needed" },
    {
      name: 'init',
      type: 'string',
      choices: ['systemd', 'sysvinit', 'openrc'],
      default: 'systemd',
      value: 'INIT',
      describe: 'the init system that runs in it',
    },
    { ...root, describe: 'where images are, beside the working directory; may be repeated' },
    quiet,
  ],
  examples: [['domforge install out --domain dom0 --into rootfs --root images', "dom0's part, with images of guests"]],
}
