/** What a dependency file may replace: nothing that a build did not write. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { depfileText, stageDepfile } from '../../src/output/depfile.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-depfile-'))
  file = join(folder, 'x.d')
})
afterEach(() => rmSync(folder, { recursive: true }))

function staged(replace = false) {
  const findings = new Findings()
  const isPut = stageDepfile({ file, text: 'new:\n\n', replace }, findings.report)?.commit() ?? false
  return { isPut, codes: findings.all.map(({ code }) => code) }
}

it.each([
  ['a Makefile', 'all:\n\techo all\n\nclean:\n'],
  ['a rule with a recipe', 'all: \\\n  y\n\tcc\n'],
  ['a rule of a compiler', 'x.o: x.c \\\n x.h\n'],
  ['targets, and something after them', 'a:\n\nb:\n\nc\n'],
  ['a rule, and a recipe for what it needs', 'a: \\\n  b\n\nb:\n\techo b\n'],
  ['text', 'notes\n\nmore\n'],
])('%s stays', (_, contents) => {
  writeFileSync(file, contents)
  expect(staged()).toEqual({ isPut: false, codes: ['OUT-023'] })
  expect(readFileSync(file, 'utf8')).toBe(contents)
  expect(staged(true)).toEqual({ isPut: true, codes: [] })
  expect(readFileSync(file, 'utf8')).toBe('new:\n\n')
})

it('something larger than any rule is not even read', () => {
  writeFileSync(file, '')
  truncateSync(file, 3 * 2 ** 30)
  expect(staged()).toEqual({ isPut: false, codes: ['OUT-023'] })
})

it.each([
  ['nothing', ''],
  ['no prerequisite', depfileText(['out/build.json'], [])],
  ['several of all', depfileText(['a b', 'c=d'], ['#e', 'f:g', '~h', 'i=j', 'k|l'])],
])('a rule with %s is replaced', (_, contents) => {
  writeFileSync(file, contents)
  expect(staged()).toEqual({ isPut: true, codes: [] })
})
