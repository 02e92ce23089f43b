import type { CliCommand } from '../command.ts'
import { format, lock, manifest, root } from '../shared-options.ts'

export const planDefinition: CliCommand = {
  name: 'plan',
  summary: 'print every number that the tool chose, and why',
  description:
    'Prints what lies where in memory, and who decided it: the manifest, the device tree, an image,\nor the allocator. With --inputs or --outputs: what build reads or writes, one path a line, for\nrecipes. Inputs are listed whether they exist or not; then only mistakes of the manifest count\nfor the exit status.',
  arguments: [manifest],
  options: [
    {
      name: 'inputs',
      type: 'boolean',
      describe: 'list the files that build reads, as seen from here; absolute ones when the manifest is',
    },
    { name: 'outputs', type: 'boolean', describe: 'list the files that build writes, below its output folder' },
    root,
    lock,
    format,
  ],
  examples: [
    ['domforge plan system.yaml', 'the table'],
    ['domforge plan system.yaml --format json', 'plan.json'],
    ['domforge plan system.yaml --inputs', 'what a recipe depends on'],
  ],
}
