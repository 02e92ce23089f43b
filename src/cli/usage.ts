/** Help, completion and usage errors, by yargs. Imported only when there is something to say. */
import yargs, { type Argv } from 'yargs'
import parse from 'yargs-parser'
import { closest } from '../diagnostics/closest.ts'
import type { CliCommand } from './command.ts'
import { COMMANDS, callOf, commandNamed, EXIT_CODES, GROUPS } from './commands.ts'
import { EXIT } from './exit-status.ts'
import { parserOptions } from './parse.ts'
import { watch } from './streams.ts'

const HEADER = 'domforge: turns one manifest of a Xen/Arm machine into every file that it boots from'

function describe(parser: Argv, command: CliCommand): Argv {
  for (const argument of command.arguments)
    parser.positional(argument.name, { type: 'string', describe: argument.describe })
  for (const option of command.options)
    parser.option(option.name, {
      type: option.type,
      describe: option.describe,
      ...(option.alias ? { alias: option.alias } : {}),
      ...(option.choices ? { choices: option.choices } : {}),
      ...(option.default ? { default: option.default } : {}),
      ...(option.value ? { requiresArg: true } : {}),
    })
  for (const [line, meaning] of command.examples) parser.example(line, meaning)
  return parser.usage(`${usageOf(command)}\n\n${command.description}`)
}

const usageOf = (command: CliCommand): string =>
  `domforge ${callOf(command)}${command.options.length > 0 ? ' [options]' : ''}`

/** All commands by what they are for. No indentation: yargs takes blanks at the start of a line away. */
function groups(): string {
  const width = Math.max(...COMMANDS.map((command) => callOf(command).length))
  const line = (command: CliCommand): string => `domforge ${callOf(command).padEnd(width)}  ${command.summary}`
  return GROUPS.map(({ title, commands }) => [`${title}:`, ...commands.map(line)].join('\n')).join('\n\n')
}

function parser(words: readonly string[], fail: (message: string) => void): Argv {
  const root = yargs([...words])
    .scriptName('domforge')
    .usage(`${HEADER}\n\ndomforge <command> [options]\n\n${groups()}`)
    .locale('en')
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .strict()
    .demandCommand(1, 1, 'no command is given')
    .help('help', 'print help')
    .alias('help', 'h')
    .version(false)
    .option('version', { type: 'boolean', describe: 'print the version' })
    .completion('completion', false)
    .epilogue(`domforge <command> --help says more about a command.\n${EXIT_CODES}`)
    .fail((message, error) => fail(message ?? error?.message ?? 'wrong usage'))
  // yargs lists commands in one row only: theirs are hidden in the help that has ours, and completion needs them.
  const isCompleting = words.some((word) => word.startsWith('--get-yargs-completions'))
  for (const command of COMMANDS.filter(({ name }) => name !== 'completion')) {
    const build = (sub: Argv): Argv => describe(sub, command)
    // yargs takes two dots for a word that may be repeated.
    if (isCompleting) root.command(callOf(command, '..'), command.summary, build)
    else root.command(callOf(command, '..'), false, build)
  }
  return root
}

/** What to answer to words that are not an invocation: help where it was asked for, else the mistake with its remedy. */
export async function answerUsage(words: readonly string[]): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) watch(stream)
  let mistake: string | undefined
  const root = parser(words, (message) => {
    mistake ??= message
  })
  await root.parseAsync()
  mistake = mistake === undefined ? misusedOption(words) : (plainly(words) ?? mistake)
  if (mistake === undefined) return EXIT.ok
  process.stderr.write(`domforge: ${mistake}${suggestion(words)}\n`)
  const command = commandNamed(words[0] ?? '')
  process.stderr.write(`usage: ${command ? usageOf(command) : 'domforge <command> [options]'}\n`)
  process.stderr.write(`domforge ${command ? `${command.name} ` : ''}--help says more\n`)
  return EXIT.usage
}

/** What yargs says as a count of words: a first word that is no command, arguments that are not there, or one too many. */
function plainly(words: readonly string[]): string | undefined {
  const [first = ''] = words
  const command = commandNamed(first)
  if (!command) return first === '' || first.startsWith('-') ? undefined : `'${first}' is not a command`
  const { arguments: known } = command
  const { _: given, ...options } = parse(words.slice(1), parserOptions(command))
  const missing = known.slice(given.length).find(({ required }) => required)
  if (missing) return `${command.name} needs <${missing.name}>: ${missing.describe}`
  const extra = known.at(-1)?.repeatable ? undefined : given[known.length]
  if (extra !== undefined) return `'${extra}' is one argument too many`
  const wrong = command.options.find(({ name, choices }) => choices && isOther(options[name], choices))
  return wrong && `--${wrong.name} cannot be '${options[wrong.name]}': it is ${oneOf(wrong.choices ?? [])}`
}

const isOther = (value: unknown, choices: readonly string[]): boolean =>
  typeof value === 'string' && value !== '' && !choices.includes(value)

const oneOf = (choices: readonly string[]): string => choices.join(', ').replace(/, (?=[^,]*$)/, ' or ')

/** Mistakes that yargs lets pass: an option twice of which there is one value, and a value that is empty. */
function misusedOption(words: readonly string[]): string | undefined {
  if (words.some((word) => word === '--help' || word === '-h' || word.startsWith('--get-yargs-completions')))
    return undefined
  for (const { name, alias, type, repeatable } of commandNamed(words[0] ?? '')?.options ?? []) {
    const names = [`--${name}`, ...(alias ? [`-${alias}`] : [])]
    const given = words.flatMap((word, index) => (names.includes(word.split('=')[0] ?? '') ? [index] : []))
    if (given.length > 1 && !repeatable) return `--${name} is given ${given.length} times`
    const isEmpty = (index: number): boolean =>
      words[index]?.includes('=') ? /=$/.test(words[index]) : words[index + 1] === ''
    if (type === 'string' && given.some(isEmpty)) return `--${name} has an empty value`
  }
  return undefined
}

/** `; did you mean …?` for a misspelt command or option, else nothing. */
function suggestion(words: readonly string[]): string {
  const command = commandNamed(words[0] ?? '')
  if (!command)
    return hint(
      words[0] ?? '',
      COMMANDS.map(({ name }) => name),
    )
  const known = [...command.options.map(({ name }) => `--${name}`), '--help']
  const unknown = words.find((word) => word.startsWith('--') && !known.includes(word.split('=')[0] ?? ''))
  return unknown ? hint(unknown, known) : ''
}

function hint(word: string, known: readonly string[]): string {
  const match = closest(word, known)
  return match && match !== word ? `; did you mean ${match}?` : ''
}
