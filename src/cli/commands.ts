/**
 * The command line as data: every command with its arguments and options, defined beside its code. The hot path parses with it, help and
 * completion are printed from it. The code of a command is loaded only when it runs (`main.ts`).
 */
import type { CliCommand } from './command.ts'
import { buildDefinition } from './commands/build.definition.ts'
import { checkDefinition } from './commands/check.definition.ts'
import { completionDefinition } from './commands/completion.definition.ts'
import { devicesDefinition } from './commands/devices.definition.ts'
import { diffDefinition } from './commands/diff.definition.ts'
import { explainDefinition } from './commands/explain.definition.ts'
import { initDefinition } from './commands/init.definition.ts'
import { installDefinition } from './commands/install.definition.ts'
import { lintDefinition } from './commands/lint.definition.ts'
import { planDefinition } from './commands/plan.definition.ts'
import { schemaDefinition } from './commands/schema.definition.ts'
import { simulateDefinition } from './commands/simulate.definition.ts'

/** Commands that serve one purpose, as help lists them. */
export interface CommandGroup {
  readonly title: string
  readonly commands: readonly CliCommand[]
}

export const GROUPS: readonly CommandGroup[] = [
  {
    title: 'Every day',
    commands: [initDefinition, checkDefinition, buildDefinition, planDefinition, explainDefinition],
  },
  { title: 'Review', commands: [diffDefinition, simulateDefinition] },
  { title: 'Foreign files', commands: [lintDefinition, devicesDefinition] },
  { title: 'Integration', commands: [installDefinition, schemaDefinition, completionDefinition] },
]

/** In the order of help. */
export const COMMANDS: readonly CliCommand[] = GROUPS.flatMap(({ commands }) => commands)

export const EXIT_CODES = `Exit status: 0 no error · 1 an error was found · 2 wrong usage · 3 the manifest cannot be read, or the working directory is gone · 5 build --check or --frozen, or diff --exit-code: something differs · 70 a bug in domforge · 74 its output could not be written`

export const commandNamed = (name: string): CliCommand | undefined => COMMANDS.find((command) => command.name === name)

/** A command with its arguments; `more` stands in one that may be repeated. */
export function callOf({ name, arguments: known }: CliCommand, more = '...'): string {
  const words = known.map(({ name: argument, required, repeatable }) => {
    const word = `${argument}${repeatable ? more : ''}`
    return required ? `<${word}>` : `[${word}]`
  })
  return [name, ...words].join(' ')
}
