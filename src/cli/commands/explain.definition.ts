import type { CliCommand } from '../command.ts'
import { lock, manifest, root } from '../shared-options.ts'

export const explainDefinition: CliCommand = {
  name: 'explain',
  summary: 'explain a finding’s code, an address, or a place in the manifest',
  description:
    'A code (MOD-005, or mod-5): the rule, what breaks when it is violated, and where it comes from.\nAn address (0x40400000): what is there, on the host and in each guest.\nA pointer (/domains/control/memory): what the key means, what it is set to, and what it became.\nA layout of virtio devices (static-vrings, resource-table, zephyr-static-vrings): what is where\nin memory, and who writes it.',
  arguments: [
    { name: 'what', required: false, describe: 'a code, a 0x… address, a /pointer into the manifest, or a layout' },
    { ...manifest, required: false, describe: 'needed for addresses; for a pointer it shows the actual values' },
  ],
  options: [{ name: 'list', type: 'boolean', describe: 'list all codes, one line each' }, root, lock],
  examples: [
    ['domforge explain MOD-005', 'a rule'],
    ['domforge explain --list', 'all rules'],
    ['domforge explain 0x40400000 system.yaml', 'who owns an address'],
    ['domforge explain /domains/control/memory system.yaml', 'where a value goes'],
    ['domforge explain static-vrings', 'a picture of the memory of a virtio device'],
  ],
}
