/** What is left where putting files in place fails at any one of them. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { carryOut } from '../../src/install/carry-out.ts'
import type { Copy } from '../../src/install/copies.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-carry-'))
  writeFileSync(join(folder, 'source'), 'new')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const into = (): string => join(folder, 'root')
const copyTo = (at: string, from = 'source'): Copy => ({
  from: join(folder, from),
  to: join(into(), at),
  mode: 0o644,
  at: `/${at}`,
})
const linked = (at: string): Copy => ({ ...copyTo(at), link: { at: `wants/${at}`, target: `../${at}` } })

const found = (): readonly string[] =>
  existsSync(into()) ? readdirSync(into(), { recursive: true, encoding: 'utf8' }).sort() : []

/** Moves so many, and refuses the next. */
function movesAtMost(count: number): typeof renameSync {
  let left = count
  return (from, to) => {
    if (left-- === 0) throw Object.assign(new Error('EROFS'), { code: 'EROFS', syscall: 'rename' })
    renameSync(from, to)
  }
}

it('puts files, links and folders in place', () => {
  expect(carryOut([linked('a'), copyTo('deep/er/b')], into())).toBeUndefined()
  expect(found()).toEqual(['a', 'deep', 'deep/er', 'deep/er/b', 'wants', 'wants/a'])
})

it('leaves nothing, not even a folder, when something to copy is gone', () => {
  expect(carryOut([linked('a'), copyTo('deep/er/b', 'gone')], into())).toMatchObject({
    error: { code: 'ENOENT' },
    moved: 0,
  })
  expect(existsSync(into())).toBe(false)
})

it('keeps what others have in a folder that it did not make', () => {
  mkdirSync(join(into(), 'deep'), { recursive: true })
  writeFileSync(join(into(), 'deep/theirs'), 'old')
  carryOut([copyTo('deep/a'), copyTo('b', 'gone')], into())
  expect(found()).toEqual(['deep', 'deep/theirs'])
})

it.each([
  [0, []],
  [1, ['a']],
  [2, ['a', 'wants', 'wants/a']],
])('says that %i of three are in their places where the next cannot be moved, and leaves no other', (count, left) => {
  const refused = carryOut([linked('a'), copyTo('deep/b')], into(), movesAtMost(count))
  expect(refused).toMatchObject({ error: { code: 'EROFS' }, moved: count, of: 3 })
  expect(found()).toEqual(left)
})

it('puts the last of two with one place there', () => {
  writeFileSync(join(folder, 'second'), 'second')
  expect(carryOut([copyTo('a'), copyTo('a', 'second')], into())).toBeUndefined()
  expect(readFileSync(join(into(), 'a'), 'utf8')).toBe('second')
  expect(found()).toEqual(['a'])
})
