/** Words for a POSIX shell (POSIX.1-2024, Shell Command Language, 2.2). */
import type { Word } from '../backends/words.ts'

/** `text` as one word, whatever is in it; plain words stay as they are. */
export const shellText = (text: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** A word in pieces: texts, and variables of the script. */
export const shellWord = (word: Word): string =>
  word.length === 0
    ? "''"
    : word.map((piece) => (typeof piece === 'string' ? shellText(piece) : `"$${piece.known}"`)).join('')
