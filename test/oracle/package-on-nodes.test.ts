/** The installed package on several releases of Node: the same bytes from each, whatever code cache lies there. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeInputs } from '../../scripts/example-inputs.mjs'
import { nodeRelease, oldReleases, releases } from './node-releases.ts'
import { install, openFolder, pack } from './package.ts'

const root = resolve(import.meta.dirname, '../..')
/** For six fetches, a pack and more on a busy machine. */
const PATIENCE = 600_000

const folder = openFolder('nodes')
const checkout = join(folder, 'checkout')
const prefix = join(folder, 'prefix')
const installed = join(prefix, 'lib/node_modules/domforge')
const nodes = new Map<string, string>()
/** By release: the tool with that release's code cache, in a folder that keeps it. */
const cachesOf = new Map<string, string>()

beforeAll(async () => {
  for (const release of [...oldReleases, ...releases]) nodes.set(release, await nodeRelease(release))
  install(pack(checkout), prefix)
  for (const release of releases) cachesOf.set(release, withCacheOf(release))
}, PATIENCE)
afterAll(() => {
  spawnSync('chmod', ['-R', 'u+w', folder])
  rmSync(folder, { recursive: true, force: true })
})

interface Run {
  readonly words: readonly string[]
  /** A folder with bin/ and dist/. */
  readonly tool?: string
  readonly options?: string
  readonly cwd?: string
}

function domforge(
  release: string,
  { words, tool = installed, options = '', cwd = folder }: Run,
): SpawnSyncReturns<string> {
  return spawnSync(nodes.get(release) ?? '', [join(tool, 'bin/domforge.js'), ...words], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...(options ? { NODE_OPTIONS: options } : {}) },
  })
}

/** Checks and builds the first example; everything that came of it. */
async function build(release: string, tool: string, options = ''): Promise<string> {
  const place = join(folder, 'work')
  rmSync(place, { recursive: true, force: true })
  await makeInputs('two-guests', place)
  copyFileSync(join(root, 'examples/two-guests/two-guests.yaml'), join(place, 'system.yaml'))
  const runs = [
    ['--version'],
    ['check', 'system.yaml'],
    ['build', 'system.yaml', '-o', 'out'],
    ['build', '--help'],
    ['nonsense'],
  ].map((words) => {
    const { status, signal, stdout, stderr } = domforge(release, { words, tool, options, cwd: place })
    return `${words.join(' ')}: ${signal ?? status}\n${stdout}${stderr}`
  })
  const files = readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => `${file} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`)
  return [...runs, ...files].join('\n')
}

let expected = ''
const NEWEST = releases.at(-1) ?? ''

test('it builds on the newest Node', async () => {
  expected = await build(NEWEST, installed)
  expect(expected).toMatch(/^--version: 0\ndomforge 0\.2\.0$/m)
  expect(expected).toMatch(/^check system\.yaml: 0$/m)
  expect(expected).toMatch(/^build system\.yaml -o out: 0$/m)
  expect(expected).toMatch(/^build --help: 0$/m)
  expect(expected).toMatch(/^nonsense: 2$/m)
  expect(expected).toMatch(/\/out\/boot\.scr [0-9a-f]{64}$/m)
})

describe.each(releases)('Node %s', (release) => {
  test.each(['', '--max-old-space-size=4096', '--no-warnings --enable-source-maps'])(
    'gives the same bytes with NODE_OPTIONS=%s',
    async (options) => {
      expect(await build(release, installed, options)).toBe(expected)
    },
  )

  test('gives the same bytes with its own code cache, and with that of every other release', async () => {
    for (const [maker, tool] of cachesOf) {
      expect(isCacheUsed(release, tool), `cache of ${maker}`).toBe(maker === release)
      expect(await build(release, tool), `cache of ${maker}`).toBe(expected)
    }
  })

  test('leaves a code cache in the place of that of another release, and gives the same bytes with it', async () => {
    const tool = copyOf(cachesOf.get(releases.find((other) => other !== release) ?? '') ?? '', `own-${release}`)
    chmodSync(join(tool, 'dist'), 0o755)
    for (const used of [false, true]) {
      expect(isCacheUsed(release, tool)).toBe(used)
      expect(await build(release, tool)).toBe(expected)
    }
  })

  test('gives the same bytes when its code cache is damaged', async () => {
    const tool = copyOf(cachesOf.get(release) ?? '', `damaged-${release}`)
    const cache = join(tool, 'dist/domforge.cache')
    const sound = readFileSync(cache)
    const flipped = (position: number): Buffer => {
      const bytes = Buffer.from(sound)
      bytes[position] = (bytes[position] ?? 0) ^ (1 << (position % 8))
      return bytes
    }
    const places = Array.from({ length: 12 }, (_, index) => Math.floor((index * (sound.length - 1)) / 11))
    const damaged = [...places.map(flipped), Buffer.alloc(0), sound.subarray(0, 100), sound.subarray(0, -1)]
    const { stdout } = domforge(release, { words: ['schema'], tool })
    for (const bytes of damaged) {
      writeFileSync(cache, bytes)
      expect(isCacheUsed(release, tool)).toBe(false)
      expect(domforge(release, { words: ['schema'], tool })).toMatchObject({ status: 0, stdout })
    }
    expect(await build(release, tool)).toBe(expected)
  })
})

/** A copy of a tool, to be changed. */
function copyOf(tool: string, name: string): string {
  const copy = join(folder, name)
  cpSync(tool, copy, { recursive: true })
  return copy
}

/** A copy of the installed tool with the code cache that a checkout gets which this release builds. */
function withCacheOf(maker: string): string {
  const tool = copyOf(installed, `with-cache-of-${maker}`)
  const script = join(checkout, 'scripts/code-cache.mjs')
  const { status, stderr } = spawnSync(nodes.get(maker) ?? '', [script, join(tool, 'dist')], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`Node ${maker} makes no code cache: ${status} ${stderr}`)
  chmodSync(join(tool, 'dist'), 0o555)
  return tool
}

function isCacheUsed(release: string, tool: string): boolean {
  const code = `require(${JSON.stringify(join(tool, 'dist/start.cjs'))}).compile().script.cachedDataRejected === false`
  const { stdout, stderr } = spawnSync(nodes.get(release) ?? '', ['-p', code], { encoding: 'utf8' })
  expect(stdout, stderr).toMatch(/^(true|false)\n$/)
  return stdout === 'true\n'
}

test.each(oldReleases)('Node %s is told in one line that it is too old', (release) => {
  for (const words of [[], ['--version'], ['check', 'system.yaml']])
    expect(domforge(release, { words })).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `domforge: needs Node 20.19 or newer, and ${nodes.get(release)} is v${release}\n`,
    })
})

test('both sides of the floor are tried', () => {
  expect(releases.length).toBeGreaterThanOrEqual(4)
  expect(oldReleases.length).toBeGreaterThanOrEqual(2)
})
