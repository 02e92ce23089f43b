/** Plain text in columns, for a terminal of 100 characters. */

/** Characters in a line. */
export const WIDTH = 100

/** A column of a table. */
export interface Column {
  readonly heading: string
  readonly align: 'left' | 'right'
}

/** A table: headings, a rule, rows. Lines begin with two blanks, have two between columns, and none at their ends. */
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

/** `text` in lines of at most `width`, broken between words. The first begins with `first`, the others with as many blanks. Words that are longer stay whole. */
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

/** Each of `items` after a bullet. */
export const bullets = (items: readonly string[]): readonly string[] => items.flatMap((item) => wrap(item, '  - '))
