/** Reads a correct command line with the small parser alone; everything else (help, mistakes) is for yargs. */
import parse from 'yargs-parser'
import type { CliCommand, CliOption } from './command.ts'
import { commandNamed } from './commands.ts'

export interface Invocation {
  readonly command: CliCommand
  /** By argument name; optional ones may be absent, of a repeatable one it is the first. */
  readonly arguments: Readonly<Record<string, string>>
  /** Every word that is no option, in the order given. */
  readonly positionals: readonly string[]
  /** By option name; defaults are filled in. */
  readonly options: Options
}

type Options = Readonly<Record<string, string | boolean | readonly string[]>>

/** The invocation, or `undefined` when the words are not one that can run as it stands. */
export function parseInvocation(words: readonly string[]): Invocation | undefined {
  const command = commandNamed(words[0] ?? '')
  if (!command) return undefined
  const { _: bare, '--': _rest, ...given } = parse(words.slice(1), parserOptions(command))
  const positionals = bare.map(String)
  if (!isCountOf(command, positionals.length)) return undefined
  const options = readOptions(command, given)
  return options && { command, arguments: namedArguments(command, positionals), positionals, options }
}

/** How the small parser reads the words after a command's name. */
export const parserOptions = (command: CliCommand) => ({
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

function isCountOf({ arguments: known }: CliCommand, count: number): boolean {
  const most = known.at(-1)?.repeatable ? Number.POSITIVE_INFINITY : known.length
  return count >= known.filter(({ required }) => required).length && count <= most
}

const namedArguments = ({ arguments: known }: CliCommand, values: readonly string[]): Record<string, string> =>
  Object.fromEntries(values.slice(0, known.length).map((value, i) => [known[i]?.name ?? '', value]))

/** Checked against the table: unknown, wrongly repeated, empty or out of its choices gives `undefined`. */
function readOptions(command: CliCommand, given: Readonly<Record<string, unknown>>): Options | undefined {
  const options: Record<string, Options[string]> = {}
  for (const option of command.options) if (option.default !== undefined) options[option.name] = option.default
  for (const [name, value] of Object.entries(given)) {
    const option = command.options.find((o) => o.name === name)
    const values = [value].flat()
    if (!option || (Array.isArray(value) && !option.repeatable)) return undefined
    if (!values.every((one) => isValueOf(option, one))) return undefined
    options[name] = option.repeatable ? values.map(String) : (value as string | boolean)
  }
  return options
}

function isValueOf({ type, choices }: CliOption, value: unknown): boolean {
  if (typeof value !== (type === 'boolean' ? 'boolean' : 'string') || value === '') return false
  return choices === undefined || choices.includes(String(value))
}

/** The values of a repeatable option. */
export function valuesOf({ options }: Invocation, name: string): readonly string[] {
  const value = options[name]
  return Array.isArray(value) ? value : []
}
