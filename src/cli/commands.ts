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
  describe: 'look here too for inputs that are not beside the file that names them; may be repeated',
}

const lock: CliOption = {
  name: 'lock',
  type: 'string',
  value: 'FILE',
  describe: 'the lock file; without it: system.lock.yaml beside system.yaml',
}

export const COMMANDS: readonly CliCommand[] = [
  {
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
        describe: 'write a rule for Make: outputs depend on every file that was read; build.json gets a new time stamp',
      },
      quiet,
      format,
    ],
    examples: [
      ['domforge build system.yaml -o out', 'boot files into out/'],
      ['domforge build system.yaml --root images --root firmware', 'inputs from several folders'],
      ['domforge build system.yaml -o committed --check', 'does a CI job have to complain?'],
    ],
  },
  {
    name: 'check',
    summary: 'report everything that is wrong, write nothing',
    description: 'Does all that build does except writing. Findings go to stdout; exit status 1 when one is an error.',
    arguments: [manifest],
    options: [root, lock, quiet, format],
    examples: [['domforge check system.yaml --format json', 'findings for a CI job']],
  },
  {
    name: 'plan',
    summary: 'print every number that the tool chose, and why',
    description:
      'Prints what lies where in memory, and who decided it: the manifest, the device tree, an image,\nor the allocator. With --inputs or --outputs: what build reads or writes, one path a line, for\nrecipes. Inputs are listed whether they exist or not; then only mistakes of the manifest count\nfor the exit status.',
    arguments: [manifest],
    options: [
      {
        name: 'inputs',
        type: 'boolean',
        describe: 'list the files that build reads, as seen from here; absolute ones when the manifest is',
      },
      { name: 'outputs', type: 'boolean', describe: 'list the files that build writes, below its output folder' },
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
      'A code (MOD-005): the rule, what breaks when it is violated, and where it comes from.\nAn address (0x40400000): what lies there, on the host and in each guest.\nA pointer (/domains/control/memory): what the key means, what it is set to, and what it became.\nA layout of virtio devices (static-vrings, resource-table): what lies where in memory, and who writes it.',
    arguments: [
      { name: 'what', required: false, describe: 'a code, a 0x… address, a /pointer into the manifest, or a layout' },
      { ...manifest, required: false, describe: 'needed for addresses; for a pointer it shows the actual values' },
    ],
    options: [{ name: 'list', type: 'boolean', describe: 'list every code with its rule in a line' }, root, lock],
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
    description: 'For editors and other tools. Without a name: the manifest’s schema.',
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
