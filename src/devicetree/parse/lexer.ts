/** Cuts a source, and what it includes, into words. */
import {
  DECIMAL,
  endOfRun,
  HEXADECIMAL,
  isIn,
  LABEL_CHARACTER,
  LABEL_START,
  NAME_CHARACTER,
  PATH_CHARACTER,
} from './characters.ts'
import type { IncludeStack } from './include-stack.ts'
import { numberLiteral } from './number-literal.ts'
import type { SourceCursor } from './source-cursor.ts'
import { closingQuote, unescaped } from './string-literal.ts'
import { DtsSyntaxProblem, originOf } from './syntax-problem.ts'
import type { Mode, Token, TokenKind } from './token.ts'
import { skipBlanks } from './trivia.ts'

const KEYWORDS: readonly string[] = [
  '/dts-v1/',
  '/plugin/',
  '/memreserve/',
  '/bits/',
  '/delete-property/',
  '/delete-node/',
  '/omit-if-no-ref/',
  '/incbin/',
]
const LONG_OPERATORS: readonly string[] = ['<<', '>>', '<=', '>=', '==', '!=', '&&', '||']
const NO_HEX_DIGITS = String.raw`\x must be followed by one or two hexadecimal digits`

export class DtsLexer {
  readonly #sources: IncludeStack
  #ahead: { readonly token: Token; readonly mode: Mode; readonly end: number } | undefined

  constructor(sources: IncludeStack) {
    this.#sources = sources
  }

  /** The next word as `mode` reads it, without taking it. */
  peek(mode: Mode): Token {
    if (this.#ahead?.mode === mode) return this.#ahead.token
    skipBlanks(this.#sources)
    const cursor = this.#sources.current
    const { token, end } = scan(cursor, mode)
    this.#ahead = { token, mode, end }
    return token
  }

  take(mode: Mode): Token {
    const token = this.peek(mode)
    this.#sources.current.moveTo(this.#ahead?.end ?? this.#sources.current.offset)
    this.#ahead = undefined
    return token
  }

  /** Drops the rest of a broken statement. `false`: it was the last one of its block, or of the file. */
  skipStatement(): boolean {
    for (let depth = 0; ; ) {
      const { kind, text } = this.peek('value')
      if (kind === 'end' || (text === '}' && kind === 'punctuation' && depth === 0)) return false
      this.take('value')
      if (kind !== 'punctuation') continue
      if (text === '{') depth++
      if (text === '}') depth--
      if (text === ';' && depth === 0) return true
    }
  }
}

interface Scanned {
  readonly token: Token
  readonly end: number
}

function scan(cursor: SourceCursor, mode: Mode): Scanned {
  const { text, offset } = cursor
  if (cursor.atEnd) return word(cursor, 'end', '', offset)
  const code = text.charCodeAt(offset)
  if (code === 0x22) return stringLiteral(cursor)
  if (code === 0x27) return characterLiteral(cursor)
  const label = labelEnd(text, offset)
  if (label !== undefined && text[label] === ':') return word(cursor, 'label', text.slice(offset, label), label + 1)
  if (code === 0x26) {
    const reference = referenceAt(cursor)
    if (reference) return reference
  }
  return inMode(cursor, mode, label) ?? operator(cursor)
}

function inMode(cursor: SourceCursor, mode: Mode, label: number | undefined): Scanned | undefined {
  const { text, offset } = cursor
  const code = text.charCodeAt(offset)
  if (mode === 'name') return name(cursor)
  if (mode === 'bytes') {
    if (!isIn(HEXADECIMAL, code) || !isIn(HEXADECIMAL, text.charCodeAt(offset + 1))) return undefined
    return word(cursor, 'byte', text.slice(offset, offset + 2), offset + 2)
  }
  if (isIn(DECIMAL, code)) return number(cursor)
  return label === undefined ? undefined : word(cursor, 'word', text.slice(offset, label), label)
}

interface Meaning {
  readonly number?: bigint
  readonly bytes?: Uint8Array
  readonly problem?: string | undefined
}
const NO_MEANING: Meaning = {}

/** Written out, since most of the time of a run on a large source goes into making these. */
function word(cursor: SourceCursor, kind: TokenKind, text: string, end: number, meaning = NO_MEANING): Scanned {
  const { number, bytes, problem } = meaning
  const { file, line, column } = cursor
  const token: Token = { file, line, column, endColumn: cursor.endColumn(end), kind, text, number, bytes, problem }
  return { token, end }
}

function labelEnd(text: string, offset: number): number | undefined {
  return isIn(LABEL_START, text.charCodeAt(offset)) ? endOfRun(text, offset + 1, LABEL_CHARACTER) : undefined
}

/** A backslash in front lets a name begin with what would mean something else. */
function name(cursor: SourceCursor): Scanned | undefined {
  const { text, offset } = cursor
  const start = text[offset] === '\\' ? offset + 1 : offset
  const end = endOfRun(text, start, NAME_CHARACTER)
  return end > start ? word(cursor, 'name', text.slice(start, end), end) : undefined
}

function referenceAt(cursor: SourceCursor): Scanned | undefined {
  const { text, offset } = cursor
  const label = labelEnd(text, offset + 1)
  if (label !== undefined) return word(cursor, 'reference', text.slice(offset + 1, label), label)
  if (text[offset + 1] !== '{') return undefined
  const end = endOfRun(text, offset + 2, PATH_CHARACTER)
  return text[end] === '}' && end > offset + 2
    ? word(cursor, 'reference', text.slice(offset + 2, end), end + 1)
    : undefined
}

function operator(cursor: SourceCursor): Scanned {
  const { text, offset } = cursor
  const keyword = text[offset] === '/' ? KEYWORDS.find((candidate) => text.startsWith(candidate, offset)) : undefined
  if (keyword) return word(cursor, 'keyword', keyword, offset + keyword.length)
  const long = LONG_OPERATORS.find((candidate) => text.startsWith(candidate, offset))
  if (long) return word(cursor, 'punctuation', long, offset + 2)
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0)
  return word(cursor, 'punctuation', character, offset + character.length)
}

function number(cursor: SourceCursor): Scanned {
  const { end, value, problem } = numberLiteral(cursor.text, cursor.offset)
  return word(cursor, 'number', cursor.text.slice(cursor.offset, end), end, { number: value, problem })
}

function stringLiteral(cursor: SourceCursor): Scanned {
  const { contents, bytes, end } = literal(cursor, '"')
  return word(cursor, 'string', contents, end, bytes ? { bytes } : { bytes: new Uint8Array(), problem: NO_HEX_DIGITS })
}

function characterLiteral(cursor: SourceCursor): Scanned {
  const { contents, bytes, end } = literal(cursor, "'")
  const more = { number: BigInt(bytes?.[0] ?? 0) }
  const text = `'${contents}'`
  if (!bytes) return word(cursor, 'character', text, end, { ...more, problem: NO_HEX_DIGITS })
  if (bytes.length === 1) return word(cursor, 'character', text, end, more)
  const problem = `a character literal stands for one byte, this one for ${bytes.length}`
  return word(cursor, 'character', text, end, { ...more, problem })
}

function literal(
  cursor: SourceCursor,
  quote: string,
): { contents: string; bytes: Uint8Array | undefined; end: number } {
  const { text, offset } = cursor
  const closing = closingQuote(text, offset + 1, quote)
  if (closing < 0) {
    const what = quote === '"' ? 'string' : 'character literal'
    const at = originOf(cursor.placeTo(offset + 1))
    throw new DtsSyntaxProblem({ message: `this ${what} is not closed`, at }, true)
  }
  const contents = text.slice(offset + 1, closing)
  return { contents, bytes: unescaped(contents), end: closing + 1 }
}
