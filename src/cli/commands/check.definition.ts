import type { CliCommand } from '../command.ts'
import { format, lock, manifest, root } from '../shared-options.ts'

export const checkDefinition: CliCommand = {
  name: 'check',
  summary: 'report everything that is wrong, write nothing',
  description: 'Does all that build does except writing. Findings go to stdout; exit status 1 when one is an error.',
  arguments: [manifest],
  options: [root, lock, format],
  examples: [['domforge check system.yaml --format json', 'findings for a CI job']],
}
