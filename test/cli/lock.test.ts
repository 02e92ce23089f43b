/** Ids of domains over several builds, and the options that guard them. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { domforge, type Workplace, workplace } from './tool.ts'

let place: Workplace
let original: string
let lock = ''
beforeAll(async () => {
  place = await workplace('two-guests')
  original = place.read()
  lock = join(place.folder, 'system.lock.yaml')
})
afterAll(() => place.remove())
beforeEach(() => {
  place.write(original)
  for (const path of [lock, join(place.folder, 'out')]) rmSync(path, { recursive: true, force: true })
})

const built = (...words: readonly string[]) => domforge(['build', 'system.yaml', '-q', ...words], place.folder)
const written = (file = lock): string => readFileSync(file, 'utf8').replace(/^#.*\n/, '')

/** `names` in this order, all alike. */
const manifestWith = (...names: readonly string[]): string => {
  const [head = '', domains = ''] = original.split('domains:\n')
  const control = domains.slice(0, domains.indexOf('  logger:'))
  return `${head}domains:\n${names.map((name) => control.replace('  control:', `  ${name}:`)).join('')}`
}

const ids = (): Record<string, number> => {
  const { domains } = JSON.parse(readFileSync(join(place.folder, 'out/plan.json'), 'utf8')) as {
    domains: Record<string, { id: { value: number } }>
  }
  return Object.fromEntries(Object.entries(domains).map(([name, { id }]) => [name, id.value]))
}

it('keeps the ids of domains when others are added in front of them, or all are turned round', () => {
  place.write(manifestWith('a', 'b'))
  expect(built().status).toBe(0)
  expect(written()).toBe('domains/a/order: 1\ndomains/b/order: 2\n')
  place.write(manifestWith('new', 'b', 'a'))
  expect(built().status).toBe(0)
  expect(ids()).toEqual({ a: 1, b: 2, new: 3 })
  expect(written()).toBe('domains/a/order: 1\ndomains/b/order: 2\ndomains/new/order: 3\n')
  const before = place.list()
  expect(built('--frozen').status).toBe(0)
  expect(place.list()).toEqual(before)
})

it('says which ids change when a domain goes', () => {
  place.write(manifestWith('a', 'b', 'c'))
  built()
  place.write(manifestWith('b', 'c'))
  const { status, stderr } = built()
  expect(status).toBe(0)
  expect(stderr).toContain('warning OUT-007')
  expect(ids()).toEqual({ b: 1, c: 2 })
  expect(built().stderr).not.toContain('OUT-007')
})

it('--frozen and --check fail when it would change, and write nothing', () => {
  expect(built('--frozen')).toMatchObject({ status: 5, stdout: expect.stringContaining('system.lock.yaml is missing') })
  expect(existsSync(join(place.folder, 'out'))).toBe(false)
  built()
  expect(built('--check').status).toBe(0)
  place.write(original.replace('  logger:', '  recorder:'))
  expect(built('--frozen')).toMatchObject({ status: 5, stdout: expect.stringContaining('would change') })
  expect(JSON.parse(domforge(['build', 'system.yaml', '--check', '--format=json'], place.folder).stdout)).toMatchObject(
    {
      ok: false,
      lock: 'different',
    },
  )
  expect(written()).toContain('logger')
})

it('--update forgets a domain, which comes last then', () => {
  place.write(manifestWith('a', 'b', 'c'))
  built()
  expect(built('--update', 'a').status).toBe(0)
  expect(ids()).toEqual({ a: 3, b: 1, c: 2 })
  expect(built('--update', 'bb')).toMatchObject({ status: 2, stderr: expect.stringContaining("'b'") })
  expect(built('--update', 'b', '--frozen').status).toBe(2)
})

it('--lock keeps it elsewhere, for every command', () => {
  const elsewhere = join(place.folder, 'ids.lock')
  writeFileSync(elsewhere, 'domains/logger/order: 1\n')
  expect(built('--lock', 'ids.lock').status).toBe(0)
  expect(ids()).toEqual({ control: 2, logger: 1 })
  expect(written(elsewhere)).toBe('domains/control/order: 2\ndomains/logger/order: 1\n')
  expect(existsSync(lock)).toBe(false)
  expect(domforge(['plan', 'system.yaml', '--lock', 'ids.lock'], place.folder).stdout).toMatch(/control +domain 2/)
  expect(domforge(['plan', 'system.yaml'], place.folder).stdout).toMatch(/control +domain 1/)
})

it('never replaces what is no lock', () => {
  for (const file of ['system.yaml', 'Image']) expect(built('--lock', file)).toMatchObject({ status: 1 })
  expect(place.read()).toBe(original)
  expect(built('--lock', 'out/build.json').stderr).toContain('OUT-002')
  expect(existsSync(join(place.folder, 'out'))).toBe(false)
})
