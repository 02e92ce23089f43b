import type { CliCommand } from '../command.ts'
import { format, lock, manifest, root } from '../shared-options.ts'

export const simulateDefinition: CliCommand = {
  name: 'simulate',
  summary: 'say what happens when a domain ends',
  description:
    'Applies an event to the lifecycles of the manifest, with the decisions that the supervisor takes\non the machine, and prints what happens to which domain, and when. Times are delays alone:\nremoving and creating a domain takes some seconds more. With --times the event recurs as soon as\nthe domain is back.',
  arguments: [manifest],
  options: [
    {
      name: 'event',
      type: 'string',
      value: 'EVENT',
      describe: 'poweroff:NAME, reboot:NAME, crash:NAME or hang:NAME for a domain, xenstored, or reset; required',
    },
    { name: 'times', type: 'string', default: '1', value: 'COUNT', describe: 'how often it happens, 1 to 1000' },
    root,
    lock,
    format,
  ],
  examples: [
    ['domforge simulate system.yaml --event crash:camera', 'one crash'],
    ['domforge simulate system.yaml --event crash:camera --times 10', 'until its attempts are used up'],
  ],
}
