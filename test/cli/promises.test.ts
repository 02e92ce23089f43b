/** What callers may rely on when the world around the tool breaks: exit statuses, one line instead of a stack trace, nothing half-written. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { domforge, type Workplace, workplace } from './tool.ts'

const launcher = resolve(import.meta.dirname, '../../bin/domforge.js')
const isRoot = process.getuid?.() === 0

let place: Workplace
let original: string
beforeAll(async () => {
  place = await workplace('two-guests')
  original = place.read()
})
afterAll(() => place.remove())
beforeEach(() => {
  place.write(original)
  for (const name of ['out', 'system.lock.yaml']) rmSync(join(place.folder, name), { recursive: true, force: true })
})

/** A line of bash in the folder; `$domforge` runs the tool. `pipefail`: the status of a pipe is the tool's. */
function bash(line: string) {
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', `set -o pipefail; ${line}`], {
    cwd: place.folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], NO_COLOR: '1', domforge: `${process.execPath} ${launcher}` },
  })
  return { status, stdout, stderr }
}

const bad = (): void => place.write(original.replaceAll('vcpus: 1', 'vcpus: none'))

describe('the exit status', () => {
  it.each([
    ['findings, and a reader that stops', true, '$domforge check system.yaml | head -c 10', 1],
    ['findings as JSON, and a reader that stops', true, '$domforge check system.yaml --format json | head -c 10', 1],
    ['findings, and a reader that never reads', true, '$domforge check system.yaml | true', 1],
    ['no findings, and a reader that stops', false, '$domforge plan system.yaml | head -c 10', 0],
    ['a schema, and a reader that stops', false, '$domforge schema | head -c 10', 0],
    ['help, and a reader that stops', false, '$domforge build --help | head -c 1', 0],
    ['stderr that is closed', false, '$domforge build system.yaml 2>&-', 0],
    ['stderr that nobody reads', false, '$domforge build system.yaml 2> >(true)', 0],
    ['stderr that nobody reads, with errors', true, '$domforge build system.yaml 2> >(true)', 1],
    ['stdout that is closed', true, '$domforge check system.yaml >&-', 1],
  ])('of %s', (_, isBad, line, status) => {
    if (isBad) bad()
    expect(bash(line).status).toBe(status)
  })

  it.each(['check', 'plan', 'build'])('of %s on a full disk is its own, with one line', (command) => {
    bad()
    if (command !== 'check') place.write(original)
    const { status, stderr } = bash(`$domforge ${command} system.yaml > /dev/full`)
    expect(status).toBe(74)
    expect(stderr).toMatch(/^domforge: the output cannot be written .*ENOSPC.*$/m)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it.each(['check system.yaml', 'build system.yaml', 'plan system.yaml --inputs'])(
    'of %s in a folder that is gone is that of an unreadable file, without a stack trace',
    (words) => {
      const { status, stdout, stderr } = bash(`mkdir -p gone && cd gone && rmdir ../gone && $domforge ${words}`)
      expect(status).toBe(3)
      expect(stdout + stderr).not.toMatch(/^\s+at /m)
    },
  )
})

describe('a lock that cannot be written', () => {
  const locked = (): string => join(place.folder, 'kept')
  /** Root writes everywhere: a folder cannot be made read-only for it, a file in the way stops everybody. */
  const obstruct = (): string => {
    if (isRoot) {
      writeFileSync(locked(), '')
      return 'kept/system.lock.yaml'
    }
    mkdirSync(locked())
    chmodSync(locked(), 0o555)
    return 'kept/system.lock.yaml'
  }

  it('stops the build before anything is written, and names --lock', () => {
    const lock = obstruct()
    const { status, stdout, stderr } = domforge(['build', 'system.yaml', '--lock', lock], place.folder)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/OUT-00[16]/)
    expect(existsSync(join(place.folder, 'out'))).toBe(false)
    rmSync(locked(), { recursive: true })
  })

  it('does not matter when it does not change', () => {
    expect(domforge(['build', 'system.yaml'], place.folder).status).toBe(0)
    chmodSync(join(place.folder, 'system.lock.yaml'), 0o444)
    expect(domforge(['build', 'system.yaml', '-o', 'out'], place.folder).status).toBe(0)
  })

  it('is followed through a link', () => {
    mkdirSync(join(place.folder, 'elsewhere'))
    symlinkSync('elsewhere/ids.yaml', join(place.folder, 'system.lock.yaml'))
    expect(domforge(['build', 'system.yaml'], place.folder).status).toBe(0)
    expect(readdirSync(join(place.folder, 'elsewhere'))).toEqual(['ids.yaml'])
    rmSync(join(place.folder, 'elsewhere'), { recursive: true })
  })
})

describe('a lock that was cut off', () => {
  it.each([0, 1, 40, 0.5, 0.9])('to %d of its bytes is refused, and nothing is written', (part) => {
    domforge(['build', 'system.yaml'], place.folder)
    const file = join(place.folder, 'system.lock.yaml')
    const whole = readFileSync(file, 'utf8')
    const kept = part > 0 && part < 1 ? Math.floor(whole.length * part) : part
    writeFileSync(file, whole.slice(0, kept))
    rmSync(join(place.folder, 'out'), { recursive: true })
    const { status, stderr } = domforge(['build', 'system.yaml'], place.folder)
    expect(status).toBe(1)
    expect(stderr).toContain('OUT-006')
    expect(existsSync(join(place.folder, 'out'))).toBe(false)
    expect(readFileSync(file, 'utf8')).toBe(whole.slice(0, kept))
  })
})

describe('a dependency file', () => {
  const rule = `all: out/build.json
out/build.json:
\t$(domforge) build system.yaml -o out -q --depfile system.d
-include system.d
`

  it('that cannot be written stops the build before anything is', () => {
    writeFileSync(join(place.folder, 'file'), '')
    expect(domforge(['build', 'system.yaml', '--depfile', 'file/x.d'], place.folder)).toMatchObject({ status: 1 })
    expect([existsSync(join(place.folder, 'out')), existsSync(join(place.folder, 'system.lock.yaml'))]).toEqual([
      false,
      false,
    ])
  })

  it('leaves out files that are not there yet: make has nothing to do the second time', () => {
    place.write(original.replace('ramdisk: logger.cpio.gz', 'ramdisk: { file: later.cpio.gz, size: 1MiB }'))
    writeFileSync(join(place.folder, 'Makefile'), rule)
    const make = (...words: readonly string[]) =>
      spawnSync('make', words, {
        cwd: place.folder,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], domforge: `${process.execPath} ${launcher}` },
      }).status
    expect(make()).toBe(0)
    expect(make('-q')).toBe(0)
    expect(readFileSync(join(place.folder, 'system.d'), 'utf8')).not.toContain('later.cpio.gz')
    writeFileSync(join(place.folder, 'system.yaml'), readFileSync(join(place.folder, 'system.yaml')))
    expect(make('-q')).toBe(1)
  })
})
