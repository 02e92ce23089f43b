/** `/incbin/("file")` and `/incbin/("file", offset, length)`: bytes of another file as a value. */
import { readNumber } from './expression.ts'
import type { DtsParser } from './parser.ts'
import { quoted } from './syntax-problem.ts'

/** As in dtc, what is past the end of the file is silently left out. */
export function readIncludedBytes(parser: DtsParser): Uint8Array {
  parser.expect('value', '/incbin/')
  parser.expect('value', '(')
  const file = parser.expectKind('value', 'string', 'the name of a file in double quotes')
  const name = new TextDecoder().decode(file.bytes)
  let offset = 0n
  let end: bigint | undefined
  if (parser.takeIf('value', ',')) {
    offset = readNumber(parser, 'an offset')
    parser.expect('value', ',')
    end = offset + readNumber(parser, 'a length')
  }
  parser.expect('value', ')')
  if (!parser.readBinary) {
    parser.report(file, `/incbin/ of ${quoted(name)}: binary files cannot be included here`)
    return new Uint8Array()
  }
  parser.sources.countInclusion(file)
  const data = parser.readBinary(name, parser.sources.current.identity)
  if (!data) {
    parser.report(file, `the file ${quoted(name)} for /incbin/ cannot be read`)
    return new Uint8Array()
  }
  const piece = data.slice(clamped(offset, data), end === undefined ? undefined : clamped(end, data))
  parser.sources.count(piece.length, file)
  return piece
}

const clamped = (offset: bigint, data: Uint8Array): number =>
  offset > BigInt(data.length) ? data.length : Number(offset)
