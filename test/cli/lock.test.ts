/** Ids of domains over several builds, and the options that guard them. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

const LAUNCHER = resolve(import.meta.dirname, '../../bin/domforge.js')

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
const written = (file = lock): string => readFileSync(file, 'utf8').replaceAll(/^#.*\n/gm, '')

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

it('--frozen says which entries would change', () => {
  place.write(manifestWith('a', 'b'))
  built()
  place.write(manifestWith('a', 'c'))
  expect(built('--frozen').stdout).toBe(
    [
      '  system.lock.yaml would change: nothing was written',
      '    - domains/b/order: 2',
      '    + domains/c/order: 2',
      '',
    ].join('\n'),
  )
  place.write(original)
  rmSync(lock)
  built()
  writeFileSync(lock, readFileSync(lock, 'utf8').replace('control/order: 1', 'control/order: 3'))
  expect(built('--frozen').stdout.split('\n').slice(1, 3)).toEqual([
    '    - domains/control/order: 3',
    '    + domains/control/order: 2',
  ])
  place.write(manifestWith(...Array.from({ length: 22 }, (_, index) => `d${index}`)).replaceAll('256MiB', '64MiB'))
  const lines = built('--frozen').stdout.trimEnd().split('\n')
  expect([lines.length, lines.at(-1)]).toEqual([22, '    and 4 more'])
})

it.each([
  ['line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
  ['a byte order mark', (text: string) => `\ufeff${text}`],
])('is the same with %s, and stays as it is', (_, change) => {
  built()
  const text = change(readFileSync(lock, 'utf8'))
  writeFileSync(lock, text)
  expect(built('--frozen')).toMatchObject({ status: 0, stdout: '' })
  expect(built('--check').status).toBe(0)
  expect(built().status).toBe(0)
  expect(readFileSync(lock, 'utf8')).toBe(text)
})

it('lies beside no pipe: where it lies has to be said', () => {
  const piped = (words: string) =>
    spawnSync(
      'sh',
      ['-c', `cat system.yaml | "$0" "$1" build /dev/stdin --root . -q ${words}`, process.execPath, LAUNCHER],
      {
        cwd: place.folder,
        encoding: 'utf8',
      },
    )
  const refused = piped('')
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('name the lock file with --lock FILE')])
  expect([existsSync('/dev/stdin.lock.yaml'), existsSync(join(place.folder, 'out'))]).toEqual([false, false])
  expect(piped('--lock system.lock.yaml').status).toBe(0)
  expect(written()).toContain('domains/control/order: 1')
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
  writeFileSync(elsewhere, 'domains/logger/order: 1\n# End of the lock file.\n')
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

describe('static memory, regions and channels', () => {
  const domain = (name: string): string =>
    `  ${name}: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, static-mem: auto, enhanced: no-xenstore }\n`
  const manifest = (domains: readonly string[], regions: Readonly<Record<string, string>>): string => {
    const [head = ''] = original.replace(/release: "[0-9.]+"/, 'release: "4.20"').split('domains:\n')
    const shared = Object.entries(regions).map(
      ([name, size]) => `  ${name}: { size: ${size}, access: { a: {}, b: {} } }\n`,
    )
    const channels = 'event-channels:\n  kick: { ends: { a: {}, b: {} } }\n'
    return `${head}domains:\n${domains.map(domain).join('')}shared-memory:\n${shared.join('')}${channels}`
  }
  const entries = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      written()
        .trimEnd()
        .split('\n')
        .map((line) => line.split(': ') as [string, string]),
    )

  it('stay where they were when others come in front; --frozen agrees until something is to change', () => {
    place.write(manifest(['a', 'b'], { frames: '1MiB' }))
    expect(built().status).toBe(0)
    const before = entries()
    expect(before).toMatchObject({
      'event-channels/kick/ends/a/port': '8',
      'shared-memory/frames/host-address': expect.stringMatching(/^0x/),
      'shared-memory/frames/access/b/guest-address': expect.stringMatching(/^0x/),
      'domains/a/static-mem': expect.stringMatching(/^0x/),
    })
    expect(built('--frozen').status).toBe(0)
    place.write(manifest(['new', 'a', 'b'], { early: '2MiB', frames: '1MiB' }))
    expect(built('--frozen')).toMatchObject({ status: 5 })
    expect(entries()).toEqual(before)
    expect(built().status).toBe(0)
    expect(entries()).toMatchObject(before)
    expect(built('--frozen').status).toBe(0)
  })

  it('--update places a region and a domain anew', () => {
    place.write(manifest(['a', 'b'], { first: '1MiB', second: '1MiB' }))
    built()
    const before = entries()
    place.write(manifest(['a', 'b'], { second: '1MiB' }))
    built()
    expect(entries()['shared-memory/second/host-address']).toBe(before['shared-memory/second/host-address'])
    expect(built('--update', 'second').status).toBe(0)
    expect(entries()['shared-memory/second/host-address']).toBe(before['shared-memory/first/host-address'])
    expect(entries()['domains/a/static-mem']).toBe(before['domains/a/static-mem'])
  })

  it('say what moves when something grows out of its place (OUT-008)', () => {
    place.write(manifest(['a', 'b'], { first: '1MiB', second: '1MiB' }))
    built()
    place.write(manifest(['a', 'b'], { first: '4MiB', second: '1MiB' }))
    const { status, stderr } = built()
    expect(status).toBe(0)
    expect(stderr).toContain('warning OUT-008')
    expect(built().stderr).not.toContain('OUT-008')
  })
})
