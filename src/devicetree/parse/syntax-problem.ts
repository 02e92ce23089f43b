/** How the parser gives up on a statement, or on the whole text. */
import type { FileOrigin } from '../../diagnostics/diagnostic.ts'
import type { DtProblem } from '../problem.ts'

/** A stretch of one line of a source. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endColumn: number
}

export const originOf = ({ file, line, column, endColumn }: Place): FileOrigin => ({
  kind: 'file',
  file,
  line,
  column,
  endColumn,
})

/** Thrown and caught inside `parse/` only. */
export class DtsSyntaxProblem extends Error {
  readonly problem: DtProblem
  /** Nothing sensible can be read after it: no attempt to go on at the next `;`. */
  readonly fatal: boolean

  constructor(problem: DtProblem, fatal = false) {
    super(problem.message)
    this.problem = problem
    this.fatal = fatal
  }
}

/** `text` between quotes, shortened, without control characters: safe inside a one-line message. */
export function quoted(text: string): string {
  const shown = text.length > 40 ? `${text.slice(0, 37)}...` : text
  const printable = shown.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `'${printable}'`
}
