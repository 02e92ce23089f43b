/** How this process talks: streams, colours, columns. */
import { styleText } from 'node:util'
import type { Output } from './output.ts'

type Stream = Output
type Style = Parameters<typeof styleText>[0]

/** Colours only for people at a terminal; `FORCE_COLOR` and `NO_COLOR` (https://no-color.org) decide otherwise. */
export function wantsColour(stream: Stream): boolean {
  if (process.env['NO_COLOR']) return false
  const { FORCE_COLOR: forced } = process.env
  if (forced) return forced !== '0' && forced !== 'false'
  return stream.isTTY === true && process.env['TERM'] !== 'dumb'
}

export const paint = (stream: Stream, style: Style, text: string): string =>
  wantsColour(stream) ? styleText(style, text, { validateStream: false }) : text

/** Rows as aligned columns, two spaces apart; no trailing spaces. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

/** `text` broken at spaces into lines of at most `width` columns, each after `indent`. */
export function wrap(text: string, indent = '', width = 96): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width - indent.length) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((part) => `${indent}${part}`.trimEnd()).join('\n')
}
