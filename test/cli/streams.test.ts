/** The exit status is what the run found, whoever hears of it; only what is lost to a full disk turns 0 into 74. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { constants, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Result, type Workplace, workplace } from '../support/cli/tool.ts'

const launcher = resolve(import.meta.dirname, '../../bin/domforge.js')
/** A line that `frames` of a stack have, and nothing else that the tool prints. */
const STACK = /\n\s+at .*:\d+/

let place: Workplace
beforeAll(async () => {
  place = await workplace('two-guests')
  const unknown = Array.from({ length: 800 }, (_, index) => `unknown-${index}: 1\n`)
  writeFileSync(join(place.folder, 'bad.yaml'), `${place.read()}${unknown.join('')}`)
})
afterAll(() => place.remove())

/** A line of bash in which `$TOOL` is the tool; status and words are those of its first command where it is a pipeline. */
function bash(line: string, folder = place.folder): Result {
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', `${line}; exit \${PIPESTATUS[0]}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: 30_000,
    maxBuffer: 2 ** 26,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', TOOL: `${process.execPath} ${launcher}` },
  })
  return { status, stdout, stderr }
}

const COMMANDS: readonly (readonly [words: string, status: number])[] = [
  ['check bad.yaml --format json', 1],
  ['check nowhere.yaml', 3],
  ['plan system.yaml --format json', 0],
  ['build system.yaml -o out --format json', 0],
  ['build bad.yaml -o out --format json', 1],
  ['build system.yaml --check -o nothing', 5],
  ['schema', 0],
  ['--help', 0],
  ['--version', 0],
  ['frobnicate', 2],
]

describe.each(COMMANDS)('%s', (words, status) => {
  it.each([
    ['a pipe that breaks at once', '| true'],
    ['a pipe that breaks later', '| head -c 10'],
    ['standard error that breaks at once', '2> >(true)'],
    ['both closed', '>&- 2>&-'],
  ])('says what it found to %s', (_, redirection) => {
    const result = bash(`$TOOL ${words} ${redirection}`)
    expect(result.status).toBe(status)
    expect(result.stderr).not.toMatch(STACK)
  })

  it('says in one line that the disk is full, and fails', () => {
    const { stderr, status: found } = bash(`$TOOL ${words} > /dev/full`)
    const isSilent = words === 'frobnicate' || words === 'check nowhere.yaml'
    expect(stderr).not.toMatch(STACK)
    if (status === 0) expect(found).toBe(74)
    else expect(found).toBe(status)
    if (status === 0 && !isSilent)
      expect(stderr.match(/^domforge: standard output cannot be written: .*$/gm)).toHaveLength(1)
  })

  it('fails when standard error is full and something was to be said there', () => {
    const { stdout } = bash(`$TOOL ${words} 2>&1 > /dev/null`)
    const { status: found } = bash(`$TOOL ${words} 2> /dev/full`)
    expect(found).toBe(status === 0 && stdout !== '' ? 74 : status)
    expect(bash(`$TOOL ${words} > /dev/full 2>&1`).status).toBe(status === 0 ? 74 : status)
  })
})

it('a file that takes a part only is a full disk as well', () => {
  // A limit in units of 1024 bytes: the kernel takes what fits of one write, and refuses the next.
  const { status, stderr } = bash('(ulimit -f 8; $TOOL schema > part.json)')
  expect(readFileSync(join(place.folder, 'part.json')).length).toBe(8192)
  expect(status).toBe(74)
  expect(stderr).toMatch(/^domforge: standard output cannot be written: EFBIG.*\n$/)
})

it('a slow reader gets everything', () => {
  const whole = bash('$TOOL check bad.yaml --format json').stdout
  // More than a pipe holds.
  expect(whole.length).toBeGreaterThan(65_536)
  expect(bash('$TOOL check bad.yaml --format json | (sleep 1; cat)').stdout).toBe(whole)
})

it('a pipe on which writing does not wait gets everything', async () => {
  const whole = bash('$TOOL check bad.yaml --format json').stdout
  const path = join(place.folder, 'pipe')
  spawnSync('mkfifo', [path])
  const pipe = openSync(path, constants.O_RDWR)
  const tool = spawn(process.execPath, [launcher, 'check', 'bad.yaml', '--format', 'json'], {
    cwd: place.folder,
    stdio: ['ignore', pipe, 'ignore'],
  })
  // Sets the flag O_NONBLOCK of what the tool has as its standard output.
  const reader = new Socket({ fd: pipe, readable: true, writable: false }).setEncoding('utf8').pause()
  let text = ''
  reader.on('data', (chunk: string) => {
    text += chunk
  })
  const end = once(tool, 'exit')
  await setTimeout(1000)
  reader.resume()
  expect(await end).toEqual([1, null])
  while (text.length < whole.length) await setTimeout(20)
  reader.destroy()
  expect(text).toBe(whole)
}, 20_000)

describe('a working directory that is gone', () => {
  it.each(['check', 'build', 'plan', 'explain 0x40400000'])('gets one line of %s', (command) => {
    const gone = join(place.folder, 'gone')
    for (const manifest of ['system.yaml', place.manifest]) {
      mkdirSync(gone)
      const { status, stdout, stderr } = bash(`rmdir ${gone}; $TOOL ${command} ${manifest}`, gone)
      expect([status, stdout]).toEqual([3, ''])
      expect(stderr).toMatch(/^domforge: the working directory is gone.*\n$/)
    }
  })

  it('is none for what reads no manifest', () => {
    const gone = join(place.folder, 'gone')
    mkdirSync(gone)
    expect(bash(`rmdir ${gone}; $TOOL explain MOD-005`, gone).status).toBe(0)
    rmSync(gone, { recursive: true, force: true })
  })
})
