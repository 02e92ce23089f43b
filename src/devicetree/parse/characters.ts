/** Classes of characters, as dtc's scanner has them (dtc-lexer.l). */

const class_ = (members: string): Uint8Array => {
  const table = new Uint8Array(128)
  for (const member of members) table[member.charCodeAt(0)] = 1
  return table
}

const DIGITS = '0123456789'
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const NAME = `${LETTERS}${DIGITS},._+*#?@-`

export type CharacterClass = Uint8Array

export const SPACE = class_(' \t\n\v\f\r')
export const DECIMAL = class_(DIGITS)
export const HEXADECIMAL = class_(`${DIGITS}abcdefABCDEF`)
/** Node and property names alike; what each may hold is checked on the finished tree. */
export const NAME_CHARACTER = class_(NAME)
export const PATH_CHARACTER = class_(`${NAME}/`)
export const LABEL_START = class_(`${LETTERS}_`)
export const LABEL_CHARACTER = class_(`${LETTERS}${DIGITS}_`)

export const isIn = (members: CharacterClass, code: number): boolean => code < 128 && members[code] === 1

/** First offset from `from` on whose character is not in the class; the length of `text` if there is none. */
export function endOfRun(text: string, from: number, members: CharacterClass): number {
  let end = from
  while (end < text.length && isIn(members, text.charCodeAt(end))) end++
  return end
}
