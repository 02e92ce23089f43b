import type { CliCommand } from '../command.ts'
import { format, lock, manifest, root } from '../shared-options.ts'

export const planDefinition: CliCommand = {
  name: 'plan',
  summary: 'print every number in the plan, and who chose it',
  description:
    'Prints what is where in memory, and who decided it: the manifest, the device tree, an image,\nor the allocator. With --inputs or --outputs: what build reads or writes, one path per line, for\nrecipes. Inputs are listed whether or not they exist; only errors in the manifest itself then\ncount for the exit status.',
  arguments: [manifest],
  options: [
    {
      name: 'inputs',
      type: 'boolean',
      describe: "list the files that build reads, relative to the current folder; absolute if the manifest's path is",
    },
    { name: 'outputs', type: 'boolean', describe: 'list the files that build writes, relative to its output folder' },
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
