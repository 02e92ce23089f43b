/** Words of a device-tree source. */
import { type Place, quoted } from './syntax-problem.ts'

/**
 * What a character sequence means depends on where it stands: `10` is a name at the start of a statement, a number
 * inside `<>` and a byte inside `[]`.
 */
export type Mode = 'name' | 'value' | 'bytes'

export type TokenKind =
  /** Operators, braces and whatever fits nowhere; `text` is it. */
  | 'punctuation'
  /** `/dts-v1/` and the like, with their slashes. */
  | 'keyword'
  | 'name'
  /** `text` without colon. */
  | 'label'
  /** `&label` or `&{/path}`; `text` is what is referred to. */
  | 'reference'
  /** `number` holds the value, 64 bits. */
  | 'number'
  | 'character'
  /** `bytes` holds the contents without terminating NUL. */
  | 'string'
  /** Two hexadecimal digits. */
  | 'byte'
  /** A word where a value is expected: most often a macro that was not expanded. */
  | 'word'
  | 'end'

export interface Token extends Place {
  readonly kind: TokenKind
  readonly text: string
  readonly number: bigint | undefined
  readonly bytes: Uint8Array | undefined
  /** A literal that stands for nothing sensible: the message for it. */
  readonly problem: string | undefined
}

/** For messages: what was found. */
export function described(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'the end of the file'
    case 'string':
      return `the string ${quoted(token.text)}`
    case 'label':
      return `the label ${quoted(token.text)}`
    case 'reference':
      return `the reference ${quoted(token.text)}`
    default:
      return quoted(token.text)
  }
}
