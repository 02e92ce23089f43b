/** What stands between words: blanks, comments, line markers, included files. */
import { endOfRun, isIn, SPACE } from './characters.ts'
import type { IncludeStack } from './include-stack.ts'
import type { SourceCursor } from './source-cursor.ts'
import { closingQuote, unescaped } from './string-literal.ts'
import { DtsSyntaxProblem, originOf, quoted } from './syntax-problem.ts'

const INCLUDE = '/include/'
const DIRECTIVE =
  /^#[ \t]*(?:include|define|undef|ifdef|ifndef|if|elif|else|endif|error|warning|pragma)(?![A-Za-z0-9,._+*#?@-])(?![ \t]*[=;])/

/** Moves to the next word, which may be in another file. */
export function skipBlanks(sources: IncludeStack): void {
  for (;;) {
    const cursor = sources.current
    if (cursor.atEnd) {
      if (sources.leave()) continue
      return
    }
    if (!skipOne(cursor, sources)) return
  }
}

/** `false`: what stands here is a word. */
function skipOne(cursor: SourceCursor, sources: IncludeStack): boolean {
  const { text, offset } = cursor
  const code = text.charCodeAt(offset)
  if (isIn(SPACE, code)) {
    cursor.moveTo(endOfRun(text, offset, SPACE))
    return true
  }
  if (code === 0x2f) return skipComment(cursor) || include(cursor, sources)
  if (code !== 0x23) return false
  if (cursor.takeLineMarker()) return true
  refuseDirective(cursor)
  return false
}

function skipComment(cursor: SourceCursor): boolean {
  const { text, offset } = cursor
  const second = text[offset + 1]
  if (second === '/') {
    const newline = text.indexOf('\n', offset)
    cursor.moveTo(newline < 0 ? text.length : newline)
    return true
  }
  if (second !== '*') return false
  const end = text.indexOf('*/', offset + 2)
  if (end < 0) {
    const at = originOf(cursor.placeTo(offset + 2))
    throw new DtsSyntaxProblem({ message: 'this comment is not closed', at }, true)
  }
  cursor.moveTo(end + 2)
  return true
}

function include(cursor: SourceCursor, sources: IncludeStack): boolean {
  const { text, offset } = cursor
  if (!text.startsWith(INCLUDE, offset)) return false
  const quote = endOfRun(text, offset + INCLUDE.length, SPACE)
  const closing = text[quote] === '"' ? closingQuote(text, quote + 1, '"') : -1
  const place = cursor.placeTo(closing < 0 ? offset + INCLUDE.length : closing + 1)
  if (closing < 0) {
    const message = `${INCLUDE} must be followed by the name of a file in double quotes`
    throw new DtsSyntaxProblem({ message, at: originOf(place) }, true)
  }
  const path = new TextDecoder().decode(unescaped(text.slice(quote + 1, closing)) ?? new Uint8Array())
  cursor.moveTo(closing + 1)
  sources.enter(path, place)
  return true
}

/** Sources as the kernel has them are for cpp first. */
function refuseDirective(cursor: SourceCursor): void {
  if (!cursor.startsLine) return
  const found = DIRECTIVE.exec(cursor.restOfLine(200))
  if (!found) return
  const [directive] = found
  throw new DtsSyntaxProblem(
    {
      message: `found the C preprocessor's ${quoted(directive)}: this source has not been preprocessed`,
      at: originOf(cursor.placeTo(cursor.offset + directive.length)),
      help: 'run cpp -nostdinc -undef -x assembler-with-cpp -I <include directory> <file.dts> | dtc -@ -O dtb -o <file.dtb>, and use its result',
    },
    true,
  )
}
