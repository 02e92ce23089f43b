import { type Code, catalogue } from '../../diagnostics/catalogue/index.ts'
import { paint, table, wrap } from '../terminal.ts'

/** Every code with its rule, a line each, sorted. */
export const listCodes = (): string =>
  table(
    Object.entries(catalogue)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, { severity, title }]) => [code, severity, title]),
  )

/** What the catalogue knows of a rule, as a short page. */
export function explainCode(code: Code): string {
  const { title, severity, effect, explain, source } = catalogue[code]
  const parts = [
    `${paint(process.stdout, 'bold', code)} (${severity}): ${title}`,
    wrap(explain, '  '),
    ...(effect === undefined ? [] : [wrap(`When it is violated: ${effect}`, '  ')]),
    ...(source === undefined ? [] : [`  Source: ${source}`]),
  ]
  return `${parts.join('\n\n')}\n`
}
