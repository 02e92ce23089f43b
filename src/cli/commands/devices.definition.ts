import type { CliCommand } from '../command.ts'
import { format } from '../shared-options.ts'

export const devicesDefinition: CliCommand = {
  name: 'devices',
  summary: "list a board's devices, and what it takes to give each to a domain",
  description:
    "Reads the device tree of a board, a blob or a source, and says of each device whether\n'passthrough' can give it to a domain, what the manifest must say for that, what the domain will\nlack, and what else on the board needs it. No manifest is needed.",
  arguments: [{ name: 'tree', required: true, describe: 'the device tree of the board, .dtb or .dts' }],
  options: [
    { name: 'all', type: 'boolean', describe: 'list disabled devices as well, and those that cannot be given' },
    format,
  ],
  examples: [
    ['domforge devices board.dtb', 'what can be given to a domain?'],
    ['domforge devices board.dtb --format json', 'the same for programs, with every device'],
  ],
}
