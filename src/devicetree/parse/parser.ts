/** What all parts of the grammar share: the words ahead and the problems so far. */
import { MAX_NODES, MAX_PROPERTIES, MAX_RESERVATIONS, TOO_MANY_HELP, tooMany } from '../limits.ts'
import type { DtProblem } from '../problem.ts'
import type { IncludeStack } from './include-stack.ts'
import { DtsLexer } from './lexer.ts'
import { MAX_PROBLEMS, MAX_WORDS } from './limits.ts'
import { DtsSyntaxProblem, originOf, type Place } from './syntax-problem.ts'
import { described, type Mode, type Token, type TokenKind } from './token.ts'

const MOST = {
  nodes: MAX_NODES,
  properties: MAX_PROPERTIES,
  words: MAX_WORDS,
  'memory reservations': MAX_RESERVATIONS,
} as const

/** Bytes of a file that `/incbin/` asks for. `from`: the file that asks. `undefined`: there is no such file. */
export type ReadBinary = (path: string, from: string) => Uint8Array | undefined

export class DtsParser {
  readonly problems: DtProblem[]
  readonly sources: IncludeStack
  readonly readBinary: ReadBinary | undefined
  readonly #lexer: DtsLexer
  readonly #counts = { nodes: 0, properties: 0, words: 0, 'memory reservations': 0 }

  constructor(sources: IncludeStack, readBinary: ReadBinary | undefined, problems: DtProblem[]) {
    this.problems = problems
    this.sources = sources
    this.readBinary = readBinary
    this.#lexer = new DtsLexer(sources)
  }

  peek(mode: Mode): Token {
    return this.#lexer.peek(mode)
  }

  take(mode: Mode): Token {
    const token = this.#lexer.take(mode)
    this.#count('words', token)
    if (token.problem !== undefined) this.report(token, token.problem)
    return token
  }

  isAhead(mode: Mode, text: string): boolean {
    const { kind, text: ahead } = this.peek(mode)
    return ahead === text && (kind === 'punctuation' || kind === 'keyword')
  }

  /** Takes the operator or keyword if it is next. */
  takeIf(mode: Mode, text: string): boolean {
    if (!this.isAhead(mode, text)) return false
    this.take(mode)
    return true
  }

  expect(mode: Mode, text: string, purpose = ''): Token {
    if (!this.isAhead(mode, text)) this.fail(this.peek(mode), `'${text}'${purpose && ` ${purpose}`}`)
    return this.take(mode)
  }

  expectKind(mode: Mode, kind: TokenKind, expected: string): Token {
    if (this.peek(mode).kind !== kind) this.fail(this.peek(mode), expected)
    return this.take(mode)
  }

  fail(found: Token, expected: string): never {
    const help = found.kind === 'word' ? { help: 'macros have to be expanded first: run the source through cpp' } : {}
    throw new DtsSyntaxProblem({
      message: `found ${described(found)}, expected ${expected}`,
      at: originOf(found),
      ...help,
    })
  }

  /** Counts something that the source has. */
  counted<T extends { readonly at: Place }>(what: Exclude<keyof typeof MOST, 'words'>, thing: T): T {
    this.#count(what, thing.at)
    return thing
  }

  #count(what: keyof typeof MOST, at: Place): void {
    this.#counts[what]++
    if (this.#counts[what] > MOST[what])
      throw new DtsSyntaxProblem({ message: tooMany(what, MOST[what]), at: originOf(at), help: TOO_MANY_HELP }, true)
  }

  /** Notes a problem after which reading goes on. */
  report(at: Place, message: string): void {
    this.#add({ message, at: originOf(at) })
  }

  /**
   * Runs one statement. A syntax problem in it is noted, and reading goes on after its `;`.
   * `false`: there was no such place before the end of the block or file.
   */
  statement(read: () => void): boolean {
    try {
      read()
      return true
    } catch (thrown) {
      if (!(thrown instanceof DtsSyntaxProblem) || thrown.fatal) throw thrown
      this.#add(thrown.problem)
      return this.#lexer.skipStatement()
    }
  }

  #add(problem: DtProblem): void {
    this.problems.push(problem)
    if (this.problems.length >= MAX_PROBLEMS) throw new TooManyProblems()
  }
}

/** Ends reading; what was found so far is in `problems`. */
export class TooManyProblems extends Error {}
