/**
 * How a line of the user's looks on a terminal: every character with the columns that it takes there. What a terminal
 * would obey rather than show (control characters, changes of writing direction, invisible spaces) is spelled out.
 */

/** One character as it is printed. */
interface Cell {
  readonly text: string
  /** Columns on the terminal: 0 for marks that combine with the character before, 2 for wide ones. */
  readonly width: number
}

const TAB = 4
/** Most text is ASCII: Unicode's classes, below, are slow to set up. */
const isPlain = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)
/** Control, format, line and paragraph separators, private and unassigned characters, lone surrogates; and invisible fillers. */
const isUnsafe = (text: string): boolean => /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/u.test(text)
const isCombining = (text: string): boolean => /[\p{Mn}\p{Me}]/u.test(text)
/** Emoji, and the blocks that Unicode's EastAsianWidth.txt calls wide or full-width. */
const isWide = (text: string): boolean =>
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u.test(
    text,
  )

function cellOf(character: string, column: number): Cell {
  if (character === '\t') return { text: ' '.repeat(TAB - (column % TAB)), width: TAB - (column % TAB) }
  if (isPlain(character)) return { text: character, width: 1 }
  if (isUnsafe(character)) {
    const text = spelledOut(character)
    return { text, width: text.length }
  }
  if (isCombining(character)) return { text: character, width: 0 }
  return { text: character, width: isWide(character) ? 2 : 1 }
}

const spelledOut = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

/** `text` on one line, without anything that a terminal would obey. */
export const printable = (text: string): string =>
  !isPlain(text) && isUnsafe(text)
    ? Array.from(text, (character) => cellOf(character === '\t' ? ' ' : character, 0).text).join('')
    : text

/** A line with a caret line under it; both without indentation. */
export interface Underlined {
  readonly line: string
  readonly carets: string
}

/** Columns that a line has at most on the terminal; longer ones are cut around the place. */
const WIDEST = 110
const CUT = '…'

/** How far to both sides of a place, in UTF-16 units, a line is looked at: its length costs nothing. */
const REACH = 4 * WIDEST

/** The part of a line that is looked at. Offsets are indices of cells. */
interface Window {
  readonly cells: readonly Cell[]
  /** The marked cells, half-open. */
  readonly from: number
  readonly to: number
  /** Whether the line has more before and after. */
  readonly isCutBefore: boolean
  readonly isCutBehind: boolean
}

/**
 * Underlines the half-open stretch of UTF-16 columns (from 1) of `line`; at least one caret, at most to the end of the
 * line. Aligned on a terminal that shows wide characters in two columns.
 */
export const underline = (line: string, column: number, endColumn: number): Underlined =>
  cut(windowOf(line, column, endColumn))

function windowOf(line: string, column: number, endColumn: number): Window {
  const first = startOfCharacter(line, column - 1 - REACH)
  const last = startOfCharacter(line, column - 1 + REACH)
  const cells: Cell[] = []
  let units = first
  let width = 0
  let from = 0
  let to = 0
  for (const character of line.slice(first, last)) {
    if (units <= column - 1) from = cells.length
    if (units < endColumn - 1) to = cells.length + 1
    const cell = cellOf(character, width)
    cells.push(cell)
    units += character.length
    width += cell.width
  }
  if (column - 1 >= units) from = cells.length
  return { cells, from, to: Math.max(to, from + 1), isCutBefore: first > 0, isCutBehind: last < line.length }
}

/** `offset`, within the line, or the one before it where it is in the middle of a surrogate pair. */
function startOfCharacter(line: string, offset: number): number {
  const within = Math.min(Math.max(offset, 0), line.length)
  const isInside = within > 0 && (line.codePointAt(within - 1) ?? 0) > 0xffff
  return isInside ? within - 1 : within
}

const widthOf = (cells: readonly Cell[]): number => cells.reduce((sum, cell) => sum + cell.width, 0)

function cut({ cells, from, to, isCutBefore, isCutBehind }: Window): Underlined {
  let start = 0
  if (isCutBefore || widthOf(cells.slice(0, to)) > WIDEST) {
    start = from
    for (let room = WIDEST / 3; start > 0 && room > 0; start--) room -= cells[start - 1]?.width ?? 0
  }
  let end = start
  for (let room = WIDEST; end < cells.length; end++) {
    room -= cells[end]?.width ?? 0
    if (room < 0) break
  }
  const shown = cells.slice(start, end)
  const opening = start > 0 || isCutBefore ? CUT : ''
  const closing = end < cells.length || isCutBehind ? CUT : ''
  const before = opening.length + widthOf(cells.slice(start, from))
  const marked = Math.max(1, widthOf(cells.slice(from, Math.min(to, end))))
  return {
    line: `${opening}${shown.map(({ text }) => text).join('')}${closing}`.trimEnd(),
    carets: `${' '.repeat(before)}${'^'.repeat(marked)}`,
  }
}
