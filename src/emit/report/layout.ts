/** Plain text in columns, for a terminal of 100 characters. */

export const WIDTH = 100

export interface Column {
  readonly heading: string
  readonly align: 'left' | 'right'
}

/** A table: headings, a rule, rows; two blanks indent and two between columns; no blanks at line ends. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = columns.map(({ heading }, i) =>
    rows.reduce((widest, row) => Math.max(widest, (row[i] ?? '').length), heading.length),
  )
  const line = (cells: readonly string[]): string =>
    `  ${columns.map(({ align }, i) => pad(cells[i] ?? '', widths[i] ?? 0, align)).join('  ')}`.trimEnd()
  return [
    line(columns.map(({ heading }) => heading)),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
  ]
}

const pad = (text: string, width: number, align: Column['align']): string =>
  align === 'left' ? text.padEnd(width) : text.padStart(width)

/** `text` broken between words; the first line starts with `first`, the others with as many blanks. Long words stay whole. */
export function wrap(text: string, first = '  ', width = WIDTH): readonly string[] {
  const indent = ' '.repeat(first.length)
  const lines: string[] = []
  let current = ''
  for (const word of text.split(/\s+/).filter((w) => w !== '')) {
    if (current !== '' && first.length + current.length + 1 + word.length > width) {
      lines.push(current)
      current = word
    } else current = current === '' ? word : `${current} ${word}`
  }
  lines.push(current)
  return lines.map((line, i) => `${i === 0 ? first : indent}${line}`.trimEnd())
}

/** Texts under a bullet each. */
export const bullets = (items: readonly string[]): readonly string[] => items.flatMap((item) => wrap(item, '  - '))
