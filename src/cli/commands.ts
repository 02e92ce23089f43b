/**
 * The command line as data: every command with its arguments and options, once. The hot path parses with it, help and
 * completion are printed from it.
 */

export interface CliOption {
  readonly name: string
  readonly alias?: string
  readonly type: 'string' | 'boolean'
  /** May be given several times; its value is the list. */
  readonly repeatable?: true
  readonly choices?: readonly string[]
  readonly default?: string
  /** Shown for the value in help. */
  readonly value?: string
  readonly describe: string
}

export interface CliArgument {
  readonly name: string
  readonly required: boolean
  readonly describe: string
}

export interface CliCommand {
  readonly name: string
  readonly summary: string
  /** Shown under the usage line: what the command is for, in a few lines. */
  readonly description: string
  readonly arguments: readonly CliArgument[]
  readonly options: readonly CliOption[]
  readonly examples: readonly (readonly [command: string, meaning: string])[]
}

const manifest: CliArgument = { name: 'manifest', required: true, describe: 'the YAML file that describes the machine' }

const format: CliOption = {
  name: 'format',
  type: 'string',
  choices: ['text', 'json'],
  default: 'text',
  value: 'FORMAT',
  describe: 'how findings and results are printed',
}

const quiet: CliOption = { name: 'quiet', alias: 'q', type: 'boolean', describe: 'print findings only' }

const root: CliOption = {
  name: 'root',
  type: 'string',
  repeatable: true,
  value: 'DIR',
  describe: 'also look here for inputs that are not beside the file that names them; may be repeated',
}

const lock: CliOption = {
  name: 'lock',
  type: 'string',
  value: 'FILE',
  describe: 'the lock file (default: system.lock.yaml beside system.yaml)',
}

export const COMMANDS: readonly CliCommand[] = [
  {
    name: 'build',
    summary: 'write every file that the machine boots from',
    description:
      'Checks the manifest, places everything in memory and writes device trees, boot script,\nxl configurations, plan and report. Findings go to stderr, the list of files to stdout.\nWith any error nothing is written; an interrupted build leaves the old files, or is finished\nby the next one. The lock file keeps addresses, ports and domain ids from build to build.\nboot.scr has the time of SOURCE_DATE_EPOCH (default: 0).',
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
        describe:
          'write nothing; print which outputs are missing, different or stale, and exit with status 5 if any are',
      },
      {
        name: 'emit',
        type: 'string',
        value: 'NAMES',
        describe: 'write only these kinds of output (a,b,c); other files of an earlier build are removed',
      },
      {
        name: 'depfile',
        type: 'string',
        value: 'FILE',
        describe: 'write a rule for Make: outputs depend on every file that was read; build.json gets a new time stamp',
      },
      quiet,
      format,
    ],
    examples: [
      ['domforge build system.yaml -o out', 'boot files into out/'],
      ['domforge build system.yaml --root images --root firmware', 'inputs from several folders'],
      ['domforge build system.yaml -o committed --check', 'fail a CI job when committed output is out of date'],
    ],
  },
  {
    name: 'check',
    summary: 'report everything that is wrong, write nothing',
    description:
      'Does everything that build does except writing. Findings go to stdout; exit status 1 if any is an error.',
    arguments: [manifest],
    options: [root, lock, quiet, format],
    examples: [['domforge check system.yaml --format json', 'findings for a CI job']],
  },
  {
    name: 'plan',
    summary: 'print every number in the plan, and who chose it',
    description:
      'Prints what is where in memory, and who decided it: the manifest, the device tree, an image,\nor the allocator. With --inputs or --outputs: what build reads or writes, one path per line, for\nrecipes. Inputs are listed whether or not they exist; only errors in the manifest itself then\ncount for the exit status.',
    arguments: [manifest],
    options: [
      {
        name: 'inputs',
        type: 'boolean',
        describe: "list the files that build reads, relative to the current folder; absolute if the manifest's path is",
      },
      { name: 'outputs', type: 'boolean', describe: 'list the files that build writes, relative to its output folder' },
      root,
      lock,
      format,
    ],
    examples: [
      ['domforge plan system.yaml', 'the table'],
      ['domforge plan system.yaml --format json', 'plan.json'],
      ['domforge plan system.yaml --inputs', 'what a recipe depends on'],
    ],
  },
  {
    name: 'explain',
    summary: 'explain a finding’s code, an address, or a place in the manifest',
    description:
      'A code (MOD-005, or mod-5): the rule, what breaks when it is violated, and where it comes from.\nAn address (0x40400000): what is there, on the host and in each guest.\nA pointer (/domains/control/memory): what the key means, what it is set to, and what it became.\nA layout of virtio devices (static-vrings, resource-table): what is where in memory, and who writes it.',
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
  },
  {
    name: 'schema',
    summary: 'print a JSON Schema: of the manifest, or of an output',
    description: 'For editors and other tools. The default is the manifest’s schema.',
    arguments: [
      { name: 'name', required: false, describe: 'manifest, plan, virtio, lock, build-record or diagnostics' },
    ],
    options: [],
    examples: [['domforge schema > manifest.schema.json', 'completion and hover texts in an editor']],
  },
  {
    name: 'completion',
    summary: 'print a completion script for bash or zsh',
    description: 'Source it from the shell’s start-up file.',
    arguments: [],
    options: [],
    examples: [['domforge completion >> ~/.bashrc', 'complete commands and options']],
  },
]

export const EXIT_CODES = `Exit status: 0 no error · 1 an error was found · 2 wrong usage · 3 the manifest cannot be read · 5 build --check or --frozen: something differs · 70 a bug of domforge`

export const commandNamed = (name: string): CliCommand | undefined => COMMANDS.find((command) => command.name === name)
