import type { CliCommand } from '../command.ts'
import { format, lock, manifest, root } from '../shared-options.ts'

export const buildDefinition: CliCommand = {
  name: 'build',
  summary: 'make every file that the machine boots from',
  description:
    'Checks the manifest, places everything in memory and writes device trees, boot script,\nxl configurations, plan and report. Findings go to stderr, the list of files to stdout.\nNothing is written when anything is wrong; a build that is cut off leaves the old files,\nor is finished by the next one. The lock file keeps the ids of domains from build to build.\nSOURCE_DATE_EPOCH is the time in boot.scr; without it: 0.',
  arguments: [manifest],
  options: [
    { name: 'out', alias: 'o', type: 'string', default: 'out', value: 'DIR', describe: 'folder for the output' },
    root,
    lock,
    {
      name: 'frozen',
      type: 'boolean',
      describe: 'write nothing when the lock file would change; exit status 5 then',
    },
    {
      name: 'update',
      type: 'string',
      repeatable: true,
      value: 'DOMAIN',
      describe: 'forget what the lock file says of this domain; may be repeated',
    },
    {
      name: 'check',
      type: 'boolean',
      describe: 'write nothing; print which outputs are missing, differ or are stale; exit status 5 when any',
    },
    {
      name: 'emit',
      type: 'string',
      value: 'NAMES',
      describe: 'make these kinds of output only, as a,b,c; what an earlier build made besides them is removed',
    },
    {
      name: 'depfile',
      type: 'string',
      value: 'FILE',
      describe:
        'write a rule for Make: outputs depend on every file that was read, not on those that are not there yet; build.json gets a new time stamp',
    },
    { name: 'quiet', alias: 'q', type: 'boolean', describe: 'print findings only' },
    format,
  ],
  examples: [
    ['domforge build system.yaml -o out', 'boot files into out/'],
    ['domforge build system.yaml --root images --root firmware', 'inputs from several folders'],
    ['domforge build system.yaml -o committed --check', 'does a CI job have to complain?'],
  ],
}
