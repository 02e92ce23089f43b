import type { CliCommand } from '../command.ts'
import { format } from '../shared-options.ts'

export const devicesDefinition: CliCommand = {
  name: 'devices',
  summary: "list a board's devices, and what each needs to be given away",
  description:
    'Reads the device tree of a board, a blob or a source, and says of each device whether a domain can be\ngiven it by a key below passthrough, what the manifest must say then, what the domain will miss, and who\nelse on the board needs it. No manifest is needed.',
  arguments: [{ name: 'tree', required: true, describe: 'the device tree of the board, .dtb or .dts' }],
  options: [
    { name: 'all', type: 'boolean', describe: 'list disabled devices as well, and those that cannot be given' },
    format,
  ],
  examples: [
    ['domforge devices board.dtb', 'what can be given away?'],
    ['domforge devices board.dtb --format json', 'the same for programs, with every device'],
  ],
}
