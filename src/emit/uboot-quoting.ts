/**
 * Quoting for U-Boot's shell, so that both of its parsers read the same value: the old one (common/cli_hush.c) removes backslashes even inside single quotes,
 * the new one (common/cli_hush_upstream.c, since 2024.01) keeps them there. Outside of quotes both take the character after a backslash as it is.
 *
 * Values must be free of newlines, NUL and the other control characters: the old parser uses 0x03 and 0x04 itself.
 */

/** Words of characters that mean nothing to the parsers. `=` is not among them: it would make a first word an assignment. */
const PLAIN = /^[A-Za-z0-9_./:,@%+-]+$/

/** Whether `value` is one word without quotes, on any line. */
export const isPlainWord = (value: string): boolean => PLAIN.test(value)

/** `value` as one word. Not to be used on a line that also has a variable: the old parser reads such lines twice. */
export function ubootWord(value: string): string {
  if (isPlainWord(value)) return value
  return value === ''
    ? "''"
    : value.replace(/[^'\\]+|['\\]/g, (piece) => (/['\\]/.test(piece) ? `\\${piece}` : `'${piece}'`))
}
