/** A text file in memory with its lines: offsets to places and back. */

import { type FileOrigin, inFile } from '../diagnostics/diagnostic.ts'
import { firstThat } from '../units/sorted.ts'

export class SourceText {
  /** As the user wrote it. */
  readonly file: string
  readonly text: string
  /** The bytes of the file, of which `text` is made. */
  readonly data: Uint8Array
  readonly #starts: number[] = [0]

  constructor(file: string, text: string, data: Uint8Array = Buffer.from(text)) {
    this.file = file
    this.text = text
    this.data = data
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  /** The half-open stretch of offsets as a place; what goes beyond the first line is cut off. */
  place(from: number, to: number = from): FileOrigin {
    const start = Math.min(Math.max(from, 0), this.text.length)
    const index = this.#lineOf(start)
    const lineStart = this.#starts[index] ?? 0
    const text = this.#line(index)
    const column = start - lineStart + 1
    const endColumn = Math.max(column + 1, Math.min(to - lineStart + 1, text.length + 1))
    return inFile(this.file, { line: index + 1, column, endColumn, text })
  }

  /** Whether the half-open stretch of offsets is on one line. */
  isOneLine(from: number, to: number): boolean {
    return this.#lineOf(from) === this.#lineOf(to)
  }

  /** Number of the line that holds `offset`, from 0. */
  #lineOf(offset: number): number {
    return firstThat(this.#starts, (start) => start > offset) - 1
  }

  #line(index: number): string {
    const next = this.#starts[index + 1]
    const end = next === undefined ? this.text.length : next - 1
    return this.text.slice(this.#starts[index], this.text[end - 1] === '\r' ? end - 1 : end)
  }
}
