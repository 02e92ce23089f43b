/** Findings as people read them: place, rule and reason first, then the line, what would happen, and the way out. A note with nothing to do is one line. */
import { styleText } from 'node:util'
import type { Diagnostic, FileOrigin } from '../diagnostic.ts'
import type { Severity } from '../severity.ts'
import { arrange, type Locate, type Placed } from './arrange.ts'
import { printable, underline } from './columns.ts'
import { foundIn, position } from './prose.ts'
import { counts, SEVERITIES } from './summary.ts'

export interface TextOptions {
  /** Whether to colour; the caller knows the stream and `NO_COLOR`. */
  readonly colour: boolean
}

type Style = Parameters<typeof styleText>[0]

const STYLES: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', note: 'cyan', accepted: 'green' }

/** More is not read at once, and mending these often settles the rest. */
const MOST_SHOWN = 50

/**
 * Findings, sorted, each ending in a newline; empty without findings. Of more than fifty the fifty most severe, and how many are left out,
 * so that no note hides an error. The summary is not part of it.
 */
export const renderText = (diagnostics: readonly Diagnostic[], locate: Locate, options: TextOptions): string =>
  textOf(arrange(diagnostics, locate), options)

/** The same of findings that have been arranged. */
export function textOf(arranged: readonly Placed[], options: TextOptions): string {
  const paint = (style: Style, text: string): string =>
    options.colour ? styleText(style, text, { validateStream: false }) : text
  const shown = mostSevere(arranged)
  const blocks = sayHelpOnce(arranged.filter((placed) => shown.has(placed))).map((one) => lines(one, paint).join('\n'))
  const rest = arranged.filter((placed) => !shown.has(placed))
  const more = rest.length === 0 ? [] : [`${rest.length} more not shown (${counts(rest)}); check --format json has all`]
  return [...blocks, ...more].map((block) => `${block}\n`).join('')
}

/** Of notes that help alike only the first says how. */
function sayHelpOnce(placed: readonly Placed[]): readonly Placed[] {
  const said = new Set<string>()
  return placed.map((one) => {
    const { help, diagnostic } = one
    if (diagnostic.severity !== 'note' || help === undefined) return one
    const text = `${diagnostic.code} ${help}`
    if (said.has(text)) return { ...one, help: undefined }
    said.add(text)
    return one
  })
}

/** The first of the most severe; of equal ones those that come first. */
function mostSevere(placed: readonly Placed[]): ReadonlySet<Placed> {
  const rank = ({ diagnostic }: Placed): number => SEVERITIES.indexOf(diagnostic.severity)
  return new Set(placed.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_SHOWN))
}

type Paint = (style: Style, text: string) => string

function lines(placed: Placed, paint: Paint): string[] {
  const { diagnostic, help, at, related } = placed
  const { severity, code, message, effect, acceptance } = diagnostic
  const head = `${paint('dim', position(at))} ${paint(STYLES[severity], severity)} ${paint('bold', code)}: ${printable(message)}`
  return [
    head,
    ...(severity === 'note' && help === undefined ? [] : excerpt(at, severity, paint)),
    ...foundIn(placed).map((line) => `  ${printable(line)}`),
    ...related.map((place) => `  ${paint('dim', `${position(place.at)}:`)} ${printable(place.message)}`),
    ...(effect === undefined ? [] : [`  ${printable(effect)}`]),
    ...(acceptance === undefined ? [] : [`  ${paint('green', 'accepted:')} ${printable(acceptance.reason)}`]),
    ...(help === undefined || acceptance !== undefined ? [] : [`  ${paint('cyan', 'help:')} ${printable(help)}`]),
  ]
}

function excerpt(at: FileOrigin, severity: Severity, paint: Paint): string[] {
  if (at.line === undefined || at.column === undefined || at.text === undefined) return []
  const { line, carets } = underline(at.text, at.column, at.endColumn ?? at.column + 1)
  const margin = String(at.line).padStart(4)
  return [
    `${paint('dim', `${margin} |`)} ${line}`.trimEnd(),
    `${' '.repeat(margin.length)}   ${paint(STYLES[severity], carets)}`,
  ]
}
