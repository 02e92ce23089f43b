/** One text being read, with the position that its author knows it by. */
import { unescaped } from './string-literal.ts'
import type { Place } from './syntax-problem.ts'

/** `# 12 "file.dts" 1` as cpp leaves it behind, or `#line 12 "file.dts"`. */
const LINE_MARKER = /^#(?:line)?[ \t]+([0-9]{1,9})[ \t]+"((?:[^\\"]|\\.)*)"(?:[ \t]+[0-9]+)*/
const LONGEST_LINE_MARKER = 4096

export class SourceCursor {
  readonly text: string
  /** Which file it is, whatever line markers say. */
  readonly identity: string
  offset = 0
  #file: string
  #line = 1
  #lineStart = 0
  /** Of the current line's end, so that long lines are searched once. */
  #newline: number

  constructor(file: string, text: string) {
    this.identity = file
    this.#file = file
    this.text = text
    this.#newline = this.#newlineFrom(0)
  }

  #newlineFrom(offset: number): number {
    const found = this.text.indexOf('\n', offset)
    return found < 0 ? this.text.length : found
  }

  get atEnd(): boolean {
    return this.offset >= this.text.length
  }

  /** Moves on, counting lines. */
  moveTo(offset: number): void {
    while (this.#newline < offset) {
      this.#line++
      this.#lineStart = this.#newline + 1
      this.#newline = this.#newlineFrom(this.#lineStart)
    }
    this.offset = offset
  }

  /** As line markers have it. */
  get file(): string {
    return this.#file
  }

  get line(): number {
    return this.#line
  }

  get column(): number {
    return this.offset - this.#lineStart + 1
  }

  /** The column of `end`, or of the end of this line if `end` is past that. */
  endColumn(end: number): number {
    return Math.min(end, this.#newline) - this.#lineStart + 1
  }

  /** Where the text from here to `end` (exclusive) stands; cut off at the end of the line. */
  placeTo(end: number): Place {
    return { file: this.#file, line: this.#line, column: this.column, endColumn: this.endColumn(end) }
  }

  /** Nothing but blanks before it on its line. */
  get startsLine(): boolean {
    for (let at = this.offset - 1; at >= this.#lineStart; at--) {
      const before = this.text[at]
      if (before !== ' ' && before !== '\t') return false
    }
    return true
  }

  /** Takes a line marker that stands here; `false` if there is none. */
  takeLineMarker(): boolean {
    if (this.offset !== this.#lineStart) return false
    const found = LINE_MARKER.exec(this.restOfLine(LONGEST_LINE_MARKER))
    if (!found) return false
    const [whole, line, name = ''] = found
    this.moveTo(this.offset + whole.length)
    this.#file = new TextDecoder().decode(unescaped(name) ?? new Uint8Array())
    this.#line = Number(line) - 1
    return true
  }

  /** The line from here on without its end, at most `longest` characters. */
  restOfLine(longest: number): string {
    const slice = this.text.slice(this.offset, this.offset + longest)
    const end = slice.search(/[\r\n]/)
    return end < 0 ? slice : slice.slice(0, end)
  }
}
