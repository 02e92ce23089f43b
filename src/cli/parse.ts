/** Reads a correct command line with the small parser alone; everything else (help, mistakes) is for yargs. */
import parse from 'yargs-parser'
import { type CliCommand, commandNamed } from './commands.ts'

export interface Invocation {
  readonly command: CliCommand
  /** By argument name; optional ones may be absent. */
  readonly arguments: Readonly<Record<string, string>>
  /** By option name; defaults are filled in. */
  readonly options: Readonly<Record<string, string | boolean>>
}

/** The invocation, or `undefined` when the words are not one that can run as it stands. */
export function parseInvocation(words: readonly string[]): Invocation | undefined {
  const command = commandNamed(words[0] ?? '')
  if (!command) return undefined
  const { _: positionals, '--': _rest, ...given } = parse(words.slice(1), parserOptions(command))
  const names = command.arguments
  if (positionals.length > names.length || positionals.length < names.filter((a) => a.required).length) return undefined
  const options = readOptions(command, given)
  return options && { command, arguments: namedArguments(command, positionals.map(String)), options }
}

const parserOptions = (command: CliCommand) => ({
  string: command.options.filter((o) => o.type === 'string').map((o) => o.name),
  boolean: command.options.filter((o) => o.type === 'boolean').map((o) => o.name),
  alias: Object.fromEntries(command.options.flatMap((o) => (o.alias ? [[o.name, [o.alias]]] : []))),
  configuration: {
    'camel-case-expansion': false,
    'strip-aliased': true,
    'dot-notation': false,
    'parse-numbers': false,
    'parse-positional-numbers': false,
    'boolean-negation': false,
    'greedy-arrays': false,
    'duplicate-arguments-array': true,
  },
})

const namedArguments = (command: CliCommand, values: readonly string[]): Record<string, string> =>
  Object.fromEntries(values.map((value, i) => [command.arguments[i]?.name ?? '', value]))

/** Checked against the table: unknown, repeated, empty or out of its choices gives `undefined`. */
function readOptions(
  command: CliCommand,
  given: Readonly<Record<string, unknown>>,
): Record<string, string | boolean> | undefined {
  const options: Record<string, string | boolean> = {}
  for (const option of command.options) if (option.default !== undefined) options[option.name] = option.default
  for (const [name, value] of Object.entries(given)) {
    const option = command.options.find((o) => o.name === name)
    if (!option) return undefined
    if (typeof value !== (option.type === 'boolean' ? 'boolean' : 'string') || value === '') return undefined
    if (option.choices && !option.choices.includes(String(value))) return undefined
    options[name] = value as string | boolean
  }
  return options
}
