import type { CliCommand } from '../command.ts'

export const initDefinition: CliCommand = {
  name: 'init',
  summary: 'write a first manifest for a board',
  description:
    'Reads the device tree of a board and writes a manifest that builds on it as it is, with comments\nthat say what the board has: RAM and what is reserved of it, CPUs, interrupt controller,\nconsole, boot media. The images that it names need not exist yet.',
  arguments: [{ name: 'tree', required: true, describe: "the board's device tree, .dtb or .dts" }],
  options: [
    {
      name: 'template',
      type: 'string',
      choices: ['dom0', 'static'],
      default: 'dom0',
      value: 'TEMPLATE',
      describe: 'dom0 with a guest, or two guests without dom0 at fixed places in memory',
    },
    {
      name: 'output',
      alias: 'o',
      type: 'string',
      value: 'FILE',
      describe: 'write it to this file, which must not exist yet (default: standard output)',
    },
  ],
  examples: [
    ['domforge init board.dtb -o system.yaml', 'then: domforge check system.yaml'],
    ['domforge init board.dtb --template static', 'two guests without dom0'],
  ],
}
