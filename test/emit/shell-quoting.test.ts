/** Words of a shell: which stay as they are, and which are quoted. */
import { describe, expect, it } from 'vitest'
import { shellText, shellWord } from '../../src/emit/shell-quoting.ts'

describe('a text', () => {
  it.each(['/srv/app.img', 'a=b:c,d', '100%', 'user@host', 'A-Z_0+'])('%s stays as it is', (text) => {
    expect(shellText(text)).toBe(text)
  })

  it.each([
    ['', "''"],
    ['a b', "'a b'"],
    ['a$b', "'a$b'"],
    ['$a', "'$a'"],
    ['a;', "'a;'"],
    ["it's", "'it'\\''s'"],
    ['~', "'~'"],
    ['a\nb', "'a\nb'"],
    ['é', "'é'"],
  ])('%j is %s', (text, written) => expect(shellText(text)).toBe(written))
})

it('a word joins texts and variables, and is one word where it is empty', () => {
  expect(shellWord(['--id=', { known: 'id' }, ' x'])).toBe(`--id="$id"' x'`)
  expect(shellWord([{ known: 'ready' }])).toBe('"$ready"')
  expect(shellWord([])).toBe("''")
})
