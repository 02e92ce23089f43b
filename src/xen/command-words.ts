/** Words of Xen's command line, and what they can say (common/kernel.c: parse_params, parse_bool). */

/** One blank-separated word of the command line. */
export interface CommandLineWord {
  readonly text: string
  /** What is before `=`, with a leading `no-`. */
  readonly key: string
  /** What is after `=`; absent: there is no `=`. */
  readonly value?: string
}

/** Words of `text`. Only blanks separate them: a tab is part of a word. */
export const wordsOf = (text: string): readonly CommandLineWord[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const equals = word.indexOf('=')
      return equals < 0
        ? { text: word, key: word }
        : { text: word, key: word.slice(0, equals), value: word.slice(equals + 1) }
    })

const TRUE: ReadonlySet<string> = new Set(['1', 'yes', 'on', 'true', 'enable'])
const FALSE: ReadonlySet<string> = new Set(['0', 'no', 'off', 'false', 'disable'])

/** `text` as a boolean (common/kernel.c: parse_bool); `undefined`: it is none. */
export const parseBoolean = (text: string): boolean | undefined =>
  TRUE.has(text) ? true : FALSE.has(text) ? false : undefined
