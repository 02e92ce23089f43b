/** V8 dies of a code cache that does not fit it, without a word: a cache that differs in anything from the one that was recorded is left alone. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { sha256Hex } from '../../src/units/sha256.ts'
import { domforge, type Result, workplace } from '../support/cli/tool.ts'

const root = resolve(import.meta.dirname, '../..')

/** A copy of the built tool, to be damaged. */
let copy = ''
const file = (name: string): string => join(copy, 'dist', name)

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'domforge-cache-'))
  for (const name of ['bin', 'dist', 'schemas', 'package.json'])
    cpSync(join(root, name), join(copy, name), { recursive: true, preserveTimestamps: true })
  return () => rmSync(copy, { recursive: true })
})

/** Whether the tool is compiled from its code cache, by a Node with these flags. */
function isUsed(flags: readonly string[] = []): boolean {
  const code = `require(${JSON.stringify(file('start.cjs'))}).compile().script.cachedDataRejected`
  const { NODE_OPTIONS: _, ...env } = process.env
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '-p', code], { encoding: 'utf8', env })
  expect(stdout, stderr).toMatch(/^(false|true|undefined)$/m)
  return stdout.trim() === 'false'
}

/** Changes the file by `edit`, and tells for each position whether the cache was used then. One process: starting Node costs more than a try. */
function usedAfter(name: string, edit: string, positions: readonly number[]): readonly number[] {
  const code = `
    const { readFileSync, writeFileSync } = require('node:fs')
    const { compile } = require(${JSON.stringify(file('start.cjs'))})
    const path = ${JSON.stringify(file(name))}
    const sound = readFileSync(path)
    const used = ${JSON.stringify(positions)}.filter((position) => {
      const bytes = Buffer.from(sound)
      writeFileSync(path, (${edit})(bytes, position))
      return compile().script.cachedDataRejected !== undefined
    })
    writeFileSync(path, sound)
    console.log(JSON.stringify(used))`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as readonly number[]
}

const flip = '(bytes, position) => { bytes[position] ^= 1 << (position % 8); return bytes }'
const cut = '(bytes, position) => bytes.subarray(0, position)'
const spread = (size: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => Math.floor((index * (size - 1)) / (count - 1)))

test('the cache is used as the build leaves it, whatever flags only concern Node', () => {
  expect(isUsed()).toBe(true)
  expect(isUsed(['--no-warnings', '--enable-source-maps', '--preserve-symlinks'])).toBe(true)
})

test.each([['--max-old-space-size=4096'], ['--stack-size=2000'], ['--no-opt'], ['--expose-gc']])(
  'a flag of V8 is another V8: %s',
  (flag) => {
    expect(isUsed([flag])).toBe(false)
  },
)

test.each(['domforge.cache', 'domforge.cache-record'])(
  'not a bit of %s may be flipped, and nothing be cut off',
  (name) => {
    const { length } = readFileSync(file(name))
    const header = Array.from({ length: 48 }, (_, position) => position)
    expect(usedAfter(name, flip, [...header, ...spread(length, 60)])).toEqual([])
    expect(usedAfter(name, cut, spread(length, 20).slice(0, -1))).toEqual([])
    // Nothing but the edits was in the way.
    expect(usedAfter(name, '(bytes) => bytes', [0])).toEqual([0])
  },
)

test('the cache of another build is not used, though its files are as long and bear the same time, as npm gives it', () => {
  const bundle = readFileSync(file('domforge.cjs'), 'latin1')
  const put = (text: string): void => {
    writeFileSync(file('domforge.cjs'), text, 'latin1')
    utimesSync(file('domforge.cjs'), 1e9, 1e9)
  }
  const record = readFileSync(file('domforge.cache-record'), 'latin1')
  writeFileSync(file('domforge.cache-record'), record.replace(/[0-9]+$/, '1000000000'))
  put(bundle)
  expect(isUsed()).toBe(true)
  put(bundle.replace(/[0-9a-f](?= \*\/)/, (digit) => (digit === '0' ? '1' : '0')))
  expect(isUsed()).toBe(false)
})

test('the cache of a bundle that was edited by hand is not used, though it is as long', () => {
  expect(usedAfter('domforge.cjs', '(bytes) => Buffer.from(bytes.toString().replace("error", "orrer"))', [0])).toEqual(
    [],
  )
})

test.each([
  ['release', process.version.slice(1), '20.19.0-other'],
  ['V8', process.versions.v8, '1.2.3'],
  ['architecture', `"${process.arch}"`, '"mips"'],
  ['platform', `"${process.platform}"`, '"aix"'],
])('the cache of another %s is not used', (_, here, elsewhere) => {
  const recorded = readFileSync(file('domforge.cache-record'), 'utf8')
  expect(recorded).toContain(here)
  writeFileSync(file('domforge.cache-record'), recorded.replace(here, elsewhere))
  expect(isUsed()).toBe(false)
})

test('another executable that calls itself the same release is another Node', () => {
  const other = join(copy, 'node')
  cpSync(process.execPath, other)
  const code = `require(${JSON.stringify(file('start.cjs'))}).compile().script.cachedDataRejected`
  expect(spawnSync(other, ['-p', code], { encoding: 'utf8' }).stdout).toBe('undefined\n')
})

test('with flags that turn the cache away a run says the same', async () => {
  const place = await workplace('two-guests')
  const run = (options: string) => {
    const { status, stdout, stderr } = domforge(['check', place.manifest], place.folder, { NODE_OPTIONS: options })
    return { status, stdout, stderr }
  }
  const flagged = run('--max-old-space-size=4096')
  expect(flagged).toEqual(run(''))
  expect(flagged.status).toBe(0)
  place.remove()
})

describe('a run that finds no cache', () => {
  const CACHES = ['domforge.cache', 'domforge.cache-record', 'others.cache', 'others.cache-record']
  const caches = (): readonly string[] => readdirSync(join(copy, 'dist')).filter((name) => name.includes('.cache'))
  const forget = (): void => {
    for (const name of caches()) rmSync(file(name))
  }

  /** Runs the copy, in a folder with the first example. */
  async function runCopy(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Result> {
    const place = await workplace('two-guests')
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(copy, 'bin/domforge.js'), ...words], {
      cwd: place.folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...env },
    })
    place.remove()
    return { status, stdout, stderr }
  }

  beforeEach(forget)

  test('leaves one of each bundle that it read, says the same as without, and the next run uses them', async () => {
    const checked = await runCopy(['check', 'system.yaml'])
    expect(checked.status).toBe(0)
    expect(caches()).toEqual(CACHES.slice(0, 2))
    expect(isUsed()).toBe(true)
    expect(await runCopy(['check', 'system.yaml'])).toEqual(checked)
    const ofCheck = readFileSync(file('domforge.cache')).length
    const built = await runCopy(['build', 'system.yaml', '-o', 'out'])
    expect(built.status).toBe(0)
    expect(caches()).toEqual(CACHES)
    // With what only `build` runs of it.
    expect(readFileSync(file('domforge.cache')).length).toBeGreaterThan(ofCheck)
    const left = CACHES.map((name) => sha256Hex(readFileSync(file(name))))
    expect(await runCopy(['build', 'system.yaml', '-o', 'out'])).toEqual(built)
    expect(CACHES.map((name) => sha256Hex(readFileSync(file(name))))).toEqual(left)
  })

  test.each(['domforge.cache', 'domforge.cache-record'])('leaves another where %s is damaged', async (name) => {
    const checked = await runCopy(['check', 'system.yaml'])
    writeFileSync(file(name), readFileSync(file(name)).subarray(1))
    expect(isUsed()).toBe(false)
    expect(await runCopy(['check', 'system.yaml'])).toEqual(checked)
    expect(isUsed()).toBe(true)
  })

  test.each([
    ['with NODE_DISABLE_COMPILE_CACHE', ['check', 'system.yaml'], { NODE_DISABLE_COMPILE_CACHE: '1' }],
    ['with flags that others may not have', ['check', 'system.yaml'], { NODE_OPTIONS: '--max-old-space-size=4096' }],
    ['for the help of a command, which runs little', ['check', '--help'], {}],
    ['for a command that runs little', ['schema'], {}],
    ['when it could not check', ['check', 'missing.yaml'], {}],
  ])('leaves none %s', async (_, words, env) => {
    await runCopy(words, env)
    expect(caches()).toEqual([])
  })

  test('leaves none in a folder where nobody may write, and says the same', async () => {
    const checked = await runCopy(['check', 'system.yaml'])
    forget()
    chmodSync(join(copy, 'dist'), 0o555)
    expect(await runCopy(['check', 'system.yaml'])).toEqual(checked)
    expect(caches()).toEqual([])
    chmodSync(join(copy, 'dist'), 0o755)
  })

  test('says the same where a cache cannot be put into its place', async () => {
    const checked = await runCopy(['check', 'system.yaml'])
    forget()
    mkdirSync(file('domforge.cache/in the way'), { recursive: true })
    expect(await runCopy(['check', 'system.yaml'])).toEqual(checked)
    expect(caches()).toEqual(['domforge.cache'])
    rmSync(file('domforge.cache'), { recursive: true })
  })

  test('does not harm others that do so at once', async () => {
    const runs = await Promise.all(Array.from({ length: 4 }, () => runAtOnce()))
    expect(runs).toEqual(runs.map(() => 0))
    expect((await runCopy(['check', 'system.yaml'])).status).toBe(0)
    expect(isUsed()).toBe(true)
    expect(caches()).toEqual(CACHES.slice(0, 2))
  })

  async function runAtOnce(): Promise<number | null> {
    const place = await workplace('two-guests')
    const child = spawn(process.execPath, [join(copy, 'bin/domforge.js'), 'check', 'system.yaml'], {
      cwd: place.folder,
      env: { PATH: process.env['PATH'] },
      stdio: 'ignore',
    })
    const [status] = (await once(child, 'exit')) as [number | null]
    place.remove()
    return status
  }
})

test('with NODE_DISABLE_COMPILE_CACHE no cache is read', () => {
  process.env['NODE_DISABLE_COMPILE_CACHE'] = '1'
  expect(isUsed()).toBe(false)
  delete process.env['NODE_DISABLE_COMPILE_CACHE']
})
