import { WHY_NOT } from '../../diagnostics/catalogue/entry.ts'
import { type Code, catalogue, entryOf } from '../../diagnostics/catalogue/index.ts'
import { stdout } from '../output.ts'
import { paint, table, wrap } from '../terminal.ts'

/** Every code with its rule, a line each, sorted. */
export const listCodes = (): string =>
  table(
    Object.entries(catalogue())
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, { severity, title }]) => [code, severity, title]),
  )

const CAN_BE_ACCEPTED =
  'It can be accepted: under `accept`, with the reason, at the top of the manifest or in a domain.'

/** What the catalogue knows of a rule, as a short page. */
export function explainCode(code: Code): string {
  const { title, severity, acceptable, effect, explain, source } = entryOf(code)
  const parts = [
    `${paint(stdout, 'bold', code)} (${severity}): ${title}`,
    wrap(explain, '  '),
    ...(effect === undefined ? [] : [wrap(`When it is violated: ${effect}`, '  ')]),
    wrap(acceptable === 'yes' ? CAN_BE_ACCEPTED : `It cannot be accepted: ${WHY_NOT[acceptable]}.`, '  '),
    ...(source === undefined ? [] : [`  Source: ${source}`]),
  ]
  return `${parts.join('\n\n')}\n`
}
