/** What a command is on the command line, as data. */

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
  /** May be given several times; only the last of a command can. */
  readonly repeatable?: true
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
