import type { CliCommand } from '../command.ts'
import { findingsFormat, lock, manifest, quiet, root } from '../shared-options.ts'

export const buildDefinition: CliCommand = {
  name: 'build',
  summary: 'write every file that the machine boots from',
  description:
    'Checks the manifest, places everything in memory and writes device trees, boot script,\nxl configurations, plan and report. Findings go to stderr, the list of files to stdout;\nwith a --format that has findings only, it is the other way round.\nWith any error nothing is written; an interrupted build leaves the old files, or is finished\nby the next one. A file that no build wrote, or that was changed since, is not replaced.\nThe lock file keeps addresses, ports and domain ids from build to build.\nboot.scr has the time of SOURCE_DATE_EPOCH (default: 0).',
  arguments: [manifest],
  options: [
    { name: 'out', alias: 'o', type: 'string', default: 'out', value: 'DIR', describe: 'folder for the output' },
    root,
    lock,
    {
      name: 'frozen',
      type: 'boolean',
      describe: 'if the lock file would change, write nothing and exit with status 5',
    },
    {
      name: 'update',
      type: 'string',
      repeatable: true,
      value: 'NAME',
      describe:
        'place this domain, region, channel or device anew instead of keeping its locked values; may be repeated',
    },
    {
      name: 'check',
      type: 'boolean',
      describe: 'write nothing; print which outputs are missing, different or stale, and exit with status 5 if any are',
    },
    {
      name: 'emit',
      type: 'string',
      value: 'NAMES',
      describe: 'write only these kinds of output (a,b,c); other files of an earlier build are removed',
    },
    {
      name: 'replace',
      type: 'boolean',
      describe: 'also replace files that no build wrote, or that were changed since',
    },
    {
      name: 'depfile',
      type: 'string',
      value: 'FILE',
      describe:
        'write a rule for Make: outputs depend on every file that was read, not on those that do not exist yet; build.json gets a new time stamp',
    },
    quiet,
    findingsFormat,
  ],
  examples: [
    ['domforge build system.yaml -o out', 'boot files into out/'],
    ['domforge build system.yaml --root images --root firmware', 'inputs from several folders'],
    ['domforge build system.yaml -o committed --check', 'fail a CI job when committed output is out of date'],
  ],
}
