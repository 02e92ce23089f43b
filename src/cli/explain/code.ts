import { type Code, catalogue } from '../../diagnostics/catalogue/index.ts'
import { paint, wrap } from '../terminal.ts'

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
