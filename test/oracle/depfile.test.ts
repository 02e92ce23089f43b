/** GNU Make reads the dependency file as it is meant, whatever characters paths have. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { depfileText } from '../../src/output/depfile.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-make-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function touch(path: string, seconds: number): void {
  const place = join(folder, path)
  mkdirSync(dirname(place), { recursive: true })
  writeFileSync(place, '')
  utimesSync(place, seconds, seconds)
}

/** Whether Make would make `target`, with a rule for everything that has no other. */
function isRemade(target: string, depfile: string): boolean {
  writeFileSync(join(folder, 'depfile'), depfile)
  writeFileSync(join(folder, 'Makefile'), 'include depfile\n%:\n\t@echo remade\n')
  // On the command line a word with '=' is no goal; the first target is the default.
  const goal = target.includes('=') ? [] : ['--', `./${target}`]
  const { stdout, stderr, status } = spawnSync('make', ['-s', '-r', ...goal], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout.includes('remade')
}

const NAMES = [
  ...['plain', 'a b', ' a', 'a  b', 'a#b', 'a$b', '$(a)b', 'a:b', 'b: c', 'a%b', '%', 'a=b', '+=x', 'a:=b', 'x='],
  ...[
    'a*b',
    'a?b',
    '[a]',
    '~a',
    'a~b',
    'a|b',
    'a&b',
    "a'b",
    'a"b',
    'a(b',
    'a,b',
    '-a',
    'a@b',
    '!x',
    '{a}',
    'ä',
    'include',
  ],
  ...['a\\b', 'a\\ b', 'a\\\\ b', 'a\\#b', 'a\\:b', 'a\\%b', 'a\\\\b', 'define x', 'export', '.hidden', 'x/~y z/w'],
]

describe.each(NAMES)('%j', (name) => {
  it('as a prerequisite', () => {
    const text = depfileText(['target'], ['other', name])
    touch('other', 1)
    touch('target', 2000)
    touch(name, 1000)
    expect(isRemade('target', text)).toBe(false)
    touch(name, 3000)
    expect(isRemade('target', text)).toBe(true)
  })

  it('as a prerequisite that is gone', () => {
    touch('target', 2000)
    expect(isRemade('target', depfileText(['target'], [name]))).toBe(true)
  })

  it('as a target', () => {
    const text = depfileText([name, 'other'], ['input'])
    touch(name, 2000)
    touch('input', 1000)
    expect(isRemade(name, text)).toBe(false)
    touch('input', 3000)
    expect(isRemade(name, text)).toBe(true)
  })
})

it.each(['a;touch x', 'a\ntouch x'])('%j is left out: Make would run it', (name) => {
  const text = depfileText(['target', name], ['input', name])
  expect(text).toBe('target: \\\n  input\n\ninput:\n')
  touch('target', 2000)
  touch('input', 1000)
  expect(isRemade('target', text)).toBe(false)
})
