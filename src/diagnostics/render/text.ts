/** Findings as people read them: place, rule and reason first, then the line, what would happen, and the way out. A note with nothing to do is one line. */
import { styleText } from 'node:util'
import type { Diagnostic, FileOrigin } from '../diagnostic.ts'
import type { Severity } from '../severity.ts'
import { arrange, type Locate, type Placed } from './arrange.ts'
import { printable, underline } from './columns.ts'

export interface TextOptions {
  /** Whether to colour; the caller knows the stream and `NO_COLOR`. */
  readonly colour: boolean
}

type Style = Parameters<typeof styleText>[0]

const STYLES: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', note: 'cyan' }

/** All findings, sorted, each ending in a newline; empty without findings. The summary is not part of it. */
export function renderText(diagnostics: readonly Diagnostic[], locate: Locate, options: TextOptions): string {
  const paint = (style: Style, text: string): string =>
    options.colour ? styleText(style, text, { validateStream: false }) : text
  return arrange(diagnostics, locate)
    .map((placed) => lines(placed, paint).join('\n'))
    .map((block) => `${block}\n`)
    .join('')
}

type Paint = (style: Style, text: string) => string

function lines({ diagnostic, help, at, related }: Placed, paint: Paint): string[] {
  const { severity, code, message, effect } = diagnostic
  const head = `${paint('dim', position(at))} ${paint(STYLES[severity], severity)} ${paint('bold', code)}: ${printable(message)}`
  return [
    head,
    ...(severity === 'note' && help === undefined ? [] : excerpt(at, severity, paint)),
    ...related.map((place) => `  ${paint('dim', `${position(place.at)}:`)} ${printable(place.message)}`),
    ...(effect === undefined ? [] : [`  ${printable(effect)}`]),
    ...(help === undefined ? [] : [`  ${paint('cyan', 'help:')} ${printable(help)}`]),
  ]
}

/** `file:line:column`, `file (/node/path)`, or what of it is known. */
function position(at: FileOrigin): string {
  const place = [at.file, at.line, at.line === undefined ? undefined : at.column].filter((part) => part !== undefined)
  return printable(`${place.join(':')}${at.node === undefined ? '' : ` (${at.node})`}`)
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
