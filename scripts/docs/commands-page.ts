/** `docs/commands.md`: the command line. */
import type { CliCommand, CliOption } from '../../src/cli/command.ts'
import { COMMANDS, callOf, EXIT_CODES, GROUPS } from '../../src/cli/commands.ts'
import { banner, code, markdownTable, page, plain } from './markdown.ts'

/** The text of the page. */
export const commandsPage = (): string =>
  page([
    '# Commands',
    banner('src/cli/commands'),
    ...GROUPS.flatMap(({ title, commands }) => [
      `**${title}**`,
      markdownTable(
        ['command', 'what it does'],
        commands.map(({ name, summary }) => [`[${name}](#${name})`, plain(summary)]),
      ),
    ]),
    plain(EXIT_CODES),
    ...COMMANDS.flatMap(printed),
  ])

function printed(command: CliCommand): readonly string[] {
  const { name, description, arguments: words, options, examples } = command
  return [
    `## ${name}`,
    code(`domforge ${callOf(command)}`),
    plain(description),
    words.length + options.length === 0
      ? ''
      : markdownTable(
          ['', ''],
          [
            ...words.map((word) => [code(word.name), plain(word.describe)]),
            ...options.map((option) => [nameOf(option), meaningOf(option)]),
          ],
        ),
    ...(examples.length === 0
      ? []
      : [['```sh', ...examples.map(([line, meaning]) => `${line}   # ${meaning}`), '```'].join('\n')]),
  ]
}

const nameOf = ({ name, alias, value }: CliOption): string =>
  code(`${alias ? `-${alias}, ` : ''}--${name}${value ? ` ${value}` : ''}`)

const meaningOf = ({ describe, choices, default: chosen }: CliOption): string =>
  [plain(describe), choices ? `(${choices.map(code).join(', ')})` : '', chosen ? `(default: ${code(chosen)})` : '']
    .filter((text) => text !== '')
    .join(' ')
