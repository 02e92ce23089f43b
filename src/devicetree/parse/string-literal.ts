/** Strings and character literals of a source, as bytes. */

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }
const OCTAL = /^[0-7]{1,3}/
const HEXADECIMAL = /^[0-9a-fA-F]{1,2}/
const encoder = new TextEncoder()

/** The offset of the quote that ends the literal whose contents begin at `from`; -1 if there is none. */
export function closingQuote(text: string, from: number, quote: string): number {
  const wanted = quote.charCodeAt(0)
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === wanted) return at
    if (code === 0x5c) at++
  }
  return -1
}

/**
 * The bytes that the contents of a literal stand for, without a NUL at the end: C's escapes, octal ones of up to three
 * digits (of which eight bits count) and hexadecimal ones of up to two. Any other escaped character is itself.
 * `undefined`: `\x` without a digit.
 */
export function unescaped(contents: string): Uint8Array | undefined {
  const pieces: Uint8Array[] = []
  let at = 0
  while (at < contents.length) {
    const backslash = contents.indexOf('\\', at)
    const end = backslash < 0 ? contents.length : backslash
    if (end > at) pieces.push(encoder.encode(contents.slice(at, end)))
    if (backslash < 0) break
    const meant = escapeAt(contents, backslash + 1)
    if (!meant) return undefined
    pieces.push(meant.bytes)
    at = meant.end
  }
  return joined(pieces)
}

function escapeAt(contents: string, at: number): { bytes: Uint8Array; end: number } | undefined {
  const letter = contents.charAt(at)
  const simple = SIMPLE_ESCAPES[letter]
  if (simple !== undefined) return { bytes: Uint8Array.of(simple), end: at + 1 }
  const octal = OCTAL.exec(contents.slice(at, at + 3))?.[0]
  if (octal !== undefined) return { bytes: Uint8Array.of(Number.parseInt(octal, 8)), end: at + octal.length }
  if (letter === 'x') {
    const digits = HEXADECIMAL.exec(contents.slice(at + 1, at + 3))?.[0]
    return digits === undefined
      ? undefined
      : { bytes: Uint8Array.of(Number.parseInt(digits, 16)), end: at + 1 + digits.length }
  }
  const character = String.fromCodePoint(contents.codePointAt(at) ?? 0x5c)
  return { bytes: encoder.encode(character), end: at + character.length }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const only = pieces[0]
  if (pieces.length === 1 && only) return only
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
