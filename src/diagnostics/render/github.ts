/** Findings as GitHub's workflow commands, which become annotations of a change (docs.github.com, Workflow commands for GitHub Actions). */
import type { Severity } from '../severity.ts'
import type { Placed } from './arrange.ts'
import { prose } from './prose.ts'

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
  accepted: 'notice',
}

/** One command a finding, each on a line. */
export const renderGithub = (placed: readonly Placed[]): string => placed.map((one) => `${command(one)}\n`).join('')

function command(placed: Placed): string {
  const { diagnostic, at } = placed
  const properties = [
    ['file', at.file],
    ['line', at.line],
    ['col', at.column],
    ['endColumn', at.endColumn],
    ['title', diagnostic.code],
  ] as const
  const given = properties.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${property(String(value))}`],
  )
  return `::${COMMANDS[diagnostic.severity]} ${given.join(',')}::${data(prose(placed).join('\n'))}`
}

/** As the runner reads them back (actions/toolkit, `packages/core/src/command.ts`). */
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
