import type { CliCommand } from '../command.ts'
import { findingsFormat, lock, manifest, quiet, root } from '../shared-options.ts'

export const checkDefinition: CliCommand = {
  name: 'check',
  summary: 'report everything that is wrong, write nothing',
  description:
    'Does everything that build does except writing. Findings go to stdout; exit status 1 if any is\nan error. With several manifests, each finding says which one it was found in, and the exit\nstatus is the worst.',
  arguments: [{ ...manifest, repeatable: true }],
  options: [root, lock, quiet, findingsFormat],
  examples: [
    ['domforge check boards/*.yaml', 'many in one run'],
    ['domforge check system.yaml --format json', 'findings for a program'],
    ['domforge check system.yaml --format github', 'as annotations of a pull request'],
  ],
}
