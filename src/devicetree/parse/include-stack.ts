/** The text that is being read and those that include it. */
import { MAX_INCLUDE_DEPTH, MAX_INCLUSIONS, MAX_SOURCE_SIZE } from './limits.ts'
import { SourceCursor } from './source-cursor.ts'
import { DtsSyntaxProblem, originOf, type Place, quoted } from './syntax-problem.ts'

/** A file that a source asks for. `from`: the file that asks. `undefined`: there is no such file. */
export type ReadInclude = (path: string, from: string) => { readonly file: string; readonly text: string } | undefined

export class IncludeStack {
  readonly #stack: SourceCursor[] = []
  readonly #read: ReadInclude | undefined
  #size = 0
  #inclusions = 0

  constructor(file: string, text: string, read: ReadInclude | undefined) {
    this.#read = read
    this.#stack.push(new SourceCursor(file, text))
    this.count(text.length, undefined)
  }

  get current(): SourceCursor {
    const top = this.#stack.at(-1)
    if (!top) throw new RangeError('no source is open')
    return top
  }

  /** Adds to what has been read so far; the whole is bounded. */
  count(size: number, asked: Place | undefined): void {
    this.#size += size
    if (this.#size <= MAX_SOURCE_SIZE) return
    const message = `the sources are larger than ${MAX_SOURCE_SIZE} bytes together`
    throw new DtsSyntaxProblem({ message, ...(asked && { at: originOf(asked) }) }, true)
  }

  /** Counts a file that is included, as text or as bytes. */
  countInclusion(asked: Place): void {
    this.#inclusions++
    if (this.#inclusions <= MAX_INCLUSIONS) return
    throw new DtsSyntaxProblem({ message: `more than ${MAX_INCLUSIONS} files are included`, at: originOf(asked) }, true)
  }

  /** Goes on in the file at `path`, which the text at `asked` includes. */
  enter(path: string, asked: Place): void {
    const at = originOf(asked)
    this.countInclusion(asked)
    if (this.#stack.length >= MAX_INCLUDE_DEPTH) {
      throw new DtsSyntaxProblem({ message: `more than ${MAX_INCLUDE_DEPTH} files include each other`, at }, true)
    }
    const found = this.#read?.(path, this.current.identity)
    if (!found) throw new DtsSyntaxProblem({ message: `the included file ${quoted(path)} cannot be read`, at }, true)
    if (this.#stack.some((open) => open.identity === found.file)) {
      throw new DtsSyntaxProblem({ message: `${quoted(found.file)} includes itself`, at }, true)
    }
    this.count(found.text.length, asked)
    this.#stack.push(new SourceCursor(found.file, found.text))
  }

  /** Back to the file that included this one; `false` if none did. */
  leave(): boolean {
    if (this.#stack.length < 2) return false
    this.#stack.pop()
    return true
  }
}
