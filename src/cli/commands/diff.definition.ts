import type { CliCommand } from '../command.ts'
import { format, root } from '../shared-options.ts'

export const diffDefinition: CliCommand = {
  name: 'diff',
  summary: 'say what is different between two systems',
  description:
    'Compares two plans, whatever their manifests look like: what moved, who reaches whom now, and\nwhat guests see of it (ids, ports, interrupts, addresses in guests). Each side is a manifest, or\na folder that build has written.',
  arguments: [
    { name: 'before', required: true, describe: 'a manifest, or a folder with its plan.json' },
    { name: 'after', required: true, describe: 'the other manifest or folder' },
  ],
  options: [
    { name: 'exit-code', type: 'boolean', describe: 'exit with status 5 when something changed that guests see' },
    root,
    { ...format, choices: ['text', 'json', 'markdown'], describe: 'how changes are printed' },
  ],
  examples: [
    ['domforge diff released/ system.yaml', 'what a build would change'],
    ['domforge diff .base/system.yaml system.yaml --format markdown', 'for a pull request'],
  ],
}
