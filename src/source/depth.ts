/** How deep a text nests, before a parser that recurses once a level sees it. */
import { Lexer } from 'yaml'

/** More than any manifest may have (MAN-009), and far less than what exhausts a stack. */
const MOST_LEVELS = 100

/** Tokens by which the lexer says something itself (`CST` of yaml): a scalar follows; a bracket was left open; a document begins. */
const SCALAR = '\u001f'
const FLOW_END = '\u0018'
const DOCUMENT = '\u0002'

/**
 * Whether a text could nest too deeply at all, which hardly any does: a level is a bracket, or a block at a column of its own where only
 * blanks and indicators stand before it.
 */
const couldBeTooDeep = (text: string): boolean =>
  (text.match(/[[{]/g)?.length ?? 0) >= MOST_LEVELS / 2 - 1 || /^[-?: \t]{49}/m.test(text)

/** Offset of the first token that nests too deeply; `undefined`: none does. Takes time linear in the text, and no stack. */
export function tooDeepAt(text: string): number | undefined {
  if (!couldBeTooDeep(text)) return undefined
  const nesting = new Nesting()
  let at = 0
  let before = ''
  for (const token of new Lexer().lex(text)) {
    if (token === SCALAR) before = /^[|>]/.test(before) ? BLOCK_SCALAR : SCALAR
    else if (token === FLOW_END || token === DOCUMENT) nesting.end(token === DOCUMENT)
    else {
      nesting.pass(token, before)
      if (nesting.levels > MOST_LEVELS) return at
      at += token.length
      if (before === SCALAR || before === BLOCK_SCALAR) before = ''
      else if (!isBlank(token)) before = token
    }
  }
  return undefined
}

/** What stands before the contents of a scalar after `|` or `>`. */
const BLOCK_SCALAR = 'block scalar'

/** Also a comment, which nests nothing. */
const isBlank = (token: string): boolean => /^(?:#|[ \t\r\n\ufeff]*$)/.test(token)

const isOpening = (token: string): boolean => token === '[' || token === '{'

const isIndicator = (token: string): boolean => token === '-' || token === '?' || token === ':'

/** Brackets that are open, and the columns at which the blocks around the current line begin. */
class Nesting {
  #brackets = 0
  #columns: number[] = []
  #column = 0
  /** Whether a block can begin here: only blanks and indicators stand before it on its line. */
  #isFirst = true

  get levels(): number {
    return this.#brackets + this.#columns.length
  }

  pass(token: string, before: string): void {
    const isScalar = before === SCALAR || before === BLOCK_SCALAR
    const nests = before !== BLOCK_SCALAR && (isScalar || !isBlank(token))
    if (nests && this.#isFirst && this.#brackets === 0) this.#begin(isScalar || !isOpening(token))
    if (!isScalar) this.#count(token)
    this.#isFirst = token.endsWith('\n') || (this.#isFirst && (!nests || (!isScalar && isIndicator(token))))
    const newline = token.lastIndexOf('\n')
    this.#column = newline < 0 ? this.#column + token.length : token.length - newline - 1
  }

  /** No bracket is open any more; at the end of a document no block either. */
  end(isDocument: boolean): void {
    this.#brackets = 0
    if (isDocument) this.#columns = []
  }

  #count(token: string): void {
    if (isOpening(token)) this.#brackets++
    if (token === ']' || token === '}') this.#brackets = Math.max(0, this.#brackets - 1)
  }

  /** Blocks at this column or right of it have ended. */
  #begin(isBlock: boolean): void {
    while ((this.#columns.at(-1) ?? -1) >= this.#column) this.#columns.pop()
    if (isBlock) this.#columns.push(this.#column)
  }
}
