/** Strings as DTS source. */

const SIMPLE: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

const encoder = new TextEncoder()

/** `text` in quotes, for dtc to read as the same UTF-8 bytes. What cannot be seen is written as `\xHH` per byte. */
export function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`
  // Unicode's classes are slow to set up: not before they are needed.
  const needsEscape = /[^\x20\x21\x23-\x5b\x5d-\x7e\p{L}\p{M}\p{N}\p{P}\p{S}]|["\\]/gu
  const escaped = text.replaceAll(needsEscape, (character) => {
    const bytes = [...encoder.encode(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
    return SIMPLE[character] ?? bytes.join('')
  })
  return `"${escaped}"`
}
