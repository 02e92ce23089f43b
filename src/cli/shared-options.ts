/** Arguments and options that several commands have. */
import type { CliArgument, CliOption } from './command.ts'

export const manifest: CliArgument = {
  name: 'manifest',
  required: true,
  describe: 'the YAML file that describes the machine',
}

export const format: CliOption = {
  name: 'format',
  type: 'string',
  choices: ['text', 'json'],
  default: 'text',
  value: 'FORMAT',
  describe: 'how findings and results are printed',
}

/** Of commands whose result is what they found: also in the forms of services in which changes are reviewed and tested. */
export const findingsFormat: CliOption = {
  ...format,
  choices: ['text', 'json', 'github', 'gitlab', 'sarif', 'junit'],
  describe:
    'how findings and results are printed; github: annotations, gitlab: a code quality report, sarif, junit: for any service that reads them',
}

export const root: CliOption = {
  name: 'root',
  type: 'string',
  repeatable: true,
  value: 'DIR',
  describe: 'also look here for inputs that are not beside the file that names them; may be repeated',
}

export const lock: CliOption = {
  name: 'lock',
  type: 'string',
  value: 'FILE',
  describe: 'the lock file (default: system.lock.yaml beside system.yaml)',
}

export const quiet: CliOption = { name: 'quiet', alias: 'q', type: 'boolean', describe: 'print findings only' }
