/** How source is laid out on lines. */
import type { Item } from './value.ts'

/** Columns that a line should not exceed; a tab counts as eight. */
const COLUMNS = 100
const TAB = 8

export const indentation = (depth: number): string => '\t'.repeat(depth)

/** `name = item, item;` at `depth`, on as many lines as it needs: broken between items, inside one only where it is too long for a line. */
export function propertyLines(depth: number, name: string, items: readonly Item[]): string {
  const start = indentation(depth)
  if (items.length === 0) return `${start}${name};\n`
  const line = `${name} = ${items.map((item) => item.join(' ')).join(', ')};`
  return TAB * depth + line.length <= COLUMNS ? `${start}${line}\n` : brokenLines(depth, name, items)
}

function brokenLines(depth: number, name: string, items: readonly Item[]): string {
  const start = indentation(depth)
  const next = `\n${start}\t`
  const nextColumn = TAB * (depth + 1)
  let text = `${start}${name} =`
  let column = TAB * depth + name.length + 2
  items.forEach((item, index) => {
    const ending = index === items.length - 1 ? ';' : ','
    const length = item.reduce((sum, word) => sum + word.length + 1, 0) + ending.length
    const fits = column + length <= COLUMNS
    const breakInside = nextColumn + length > COLUMNS
    if (!fits && !breakInside) {
      text += next + item.join(' ') + ending
      column = nextColumn + length - 1
      return
    }
    for (const word of item) {
      const wraps = column + 1 + word.length + ending.length > COLUMNS && column > nextColumn
      text += (wraps ? next : ' ') + word
      column = (wraps ? nextColumn : column + 1) + word.length
    }
    text += ending
    column += ending.length
  })
  return `${text}\n`
}

/** Most text is ASCII: Unicode's classes are slow to set up. */
const withoutControls = (line: string): string =>
  /[^\x20-\x7e]/.test(line) ? line.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ') : line

/** `text` as line comments at `depth`, one per line of text. */
export function commentLines(depth: number, text: string): string {
  const lines = text.split('\n').map((line) => `${indentation(depth)}// ${withoutControls(line)}`)
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}
