/** Words for a POSIX shell (POSIX.1-2024, Shell Command Language, 2.2). */
import type { Word } from '../backends/words.ts'

/** Any `text` as one word; plain words stay as they are. */
export const shellText = (text: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** A word that is composed of texts and variables of the script. */
export const shellWord = (word: Word): string =>
  word.length === 0
    ? "''"
    : word.map((piece) => (typeof piece === 'string' ? shellText(piece) : `"$${piece.known}"`)).join('')
