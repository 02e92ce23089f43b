/** What lies beside the output folder, the lock and the dependency file: all of a build or nothing of it. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

const launcher = resolve(import.meta.dirname, '../../bin/domforge.js')

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

describe('a lock that cannot be written', () => {
  it.each([
    ['where a folder is', 'kept', (path: string) => mkdirSync(path)],
    ['below a file', 'kept/ids.yaml', (path: string) => writeFileSync(resolve(path, '..'), '')],
    ['in a folder that nobody writes', '/proc/ids.yaml', () => {}],
  ])('%s stops the build before anything is written', (_, lock, obstruct) => {
    obstruct(resolve(place.folder, lock))
    const before = place.list()
    const { status, stdout } = domforge(['build', 'system.yaml', '--lock', lock], place.folder)
    expect([status, stdout]).toEqual([1, ''])
    expect(place.list()).toEqual(before)
    rmSync(join(place.folder, 'kept'), { recursive: true, force: true })
  })

  it('gets the advice to name another with --lock', () => {
    const { stderr } = domforge(['build', 'system.yaml', '--lock', '/proc/ids.yaml'], place.folder)
    expect(stderr).toMatch(/OUT-001: the lock file cannot be written[\s\S]*help: .*--lock FILE/)
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

  it.each([
    ['a folder', 'dd'],
    ['a named pipe', 'pipe'],
    ['a name that is too long', 'a'.repeat(300)],
    ['below a file', 'Image/x.d'],
  ])('that is %s is refused, and nothing is written', (_, depfile) => {
    // Never a real device: were it not refused, the machine would be without it.
    mkdirSync(join(place.folder, 'dd'), { recursive: true })
    spawnSync('mkfifo', [join(place.folder, 'pipe')])
    const before = place.list()
    const { status, stderr } = domforge(['build', 'system.yaml', '--depfile', depfile], place.folder)
    expect([status, stderr.includes('OUT-001')]).toEqual([1, true])
    expect(place.list()).toEqual(before)
    expect(statSync(join(place.folder, 'pipe')).isFIFO()).toBe(true)
    for (const name of ['dd', 'pipe']) rmSync(join(place.folder, name), { recursive: true })
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
