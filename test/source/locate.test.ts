import { describe, expect, it } from 'vitest'
import { atKey, atValue } from '../../src/diagnostics/diagnostic.ts'
import { documentOf } from './stages.ts'

const text = `# a comment
name: &n two words
domains:
  net: &net
    boot: dom0less
    list: [one, { two: 2 }]
  copy: *net
  "a/b~c":
    empty:
    long: |
      first
      second
alias: *n
`
const source = documentOf(text)

const shown = (pointer: string, on: 'key' | 'value'): string => {
  const at = source.locate(on === 'key' ? atKey(pointer) : atValue(pointer))
  return `${at.line}:${at.column} ${at.text?.slice((at.column ?? 1) - 1, (at.endColumn ?? 1) - 1)}`
}

describe('locate', () => {
  it.each([
    ['/name', '2:1 name', '2:10 two words'],
    ['/domains/net/boot', '5:5 boot', '5:11 dom0less'],
    ['/domains/net/list', '6:5 list', '6:11 [one, { two: 2 }]'],
    ['/domains/net/list/0', '6:12 one', '6:12 one'],
    ['/domains/net/list/1/two', '6:19 two', '6:24 2'],
    // A map over several lines is at its key.
    ['/domains/net', '4:3 net', '4:3 net'],
    // Through an alias: where the value is written.
    ['/domains/copy/boot', '5:5 boot', '5:11 dom0less'],
    ['/domains/copy', '7:3 copy', '7:3 copy'],
    ['/alias', '13:1 alias', '2:10 two words'],
    ['/domains/a~1b~0c', '8:3 "a/b~c"', '8:3 "a/b~c"'],
    // Nothing is at its key.
    ['/domains/a~1b~0c/empty', '9:5 empty', '9:5 empty'],
    ['/domains/a~1b~0c/long', '10:5 long', '10:11 |'],
  ])('finds %s', (pointer, key, value) => {
    expect(shown(pointer, 'key')).toBe(key)
    expect(shown(pointer, 'value')).toBe(value)
  })

  it.each([
    ['/words', 'dup', '1:24 dup'],
    ['/words', 'one', '1:9 one'],
    ['/folded', 'last', '4:10 last'],
    // Part of another, or not there.
    ['/words', 'ne', '1:8 "one dup twodup dup x"'],
    ['/folded', 'none', '2:9 >-'],
    ['/list', 'one', '5:7 [one]'],
  ])('finds in %s the last word %s', (pointer, word, expected) => {
    const words = documentOf('words: "one dup twodup dup x"\nfolded: >-\n  first\n  second last\nlist: [one]\n')
    const { line, column = 1, endColumn, text } = words.locate({ ...atValue(pointer), word })
    expect(`${line}:${column} ${text?.slice(column - 1, (endColumn ?? 1) - 1)}`).toBe(expected)
  })

  it.each([
    ['/domains/net/missing', '4:3 net'],
    ['/domains/net/missing/deeper', '4:3 net'],
    ['/domains/net/list/7', '6:5 list'],
    ['/domains/net/list/00', '6:5 list'],
    ['/domains/net/boot/x', '5:5 boot'],
    ['/domains/copy/missing', '7:3 copy'],
    ['/nowhere', '2:1 name: &n two words'],
    ['', '2:1 name: &n two words'],
  ])('falls back from %s to the closest thing above', (pointer, place) => {
    expect(shown(pointer, 'key')).toBe(place)
    expect(shown(pointer, 'value')).toBe(place)
  })
})
