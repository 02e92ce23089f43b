/** Files of the user in the place of what a build writes: never replaced without being told so, and all of them named in one run. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

let place: Workplace
let original: string
beforeAll(async () => {
  place = await workplace('dom0-and-two')
  original = place.read()
})
afterAll(() => place.remove())
beforeEach(() => {
  place.write(original)
  for (const name of ['out', 'system.lock.yaml', 'x.d'])
    rmSync(join(place.folder, name), { recursive: true, force: true })
})

const built = (...words: readonly string[]) => domforge(['build', 'system.yaml', '-q', ...words], place.folder)
const textOf = (path: string): string => readFileSync(join(place.folder, path), 'utf8')

function lay(path: string, contents: string): void {
  mkdirSync(join(place.folder, path, '..'), { recursive: true })
  writeFileSync(join(place.folder, path), contents)
}

describe('a folder with the output of another tool, and files by hand', () => {
  const mine = { 'out/boot.scr': 'scr', 'out/boot.source': 'source', 'out/domains/viewer/viewer.cfg': 'cfg' }
  beforeEach(() => {
    for (const [path, contents] of Object.entries(mine)) lay(path, contents)
  })

  it('stays as it is, and so does what lies beside it', () => {
    const before = place.list()
    const { status, stdout, stderr } = built('--depfile', 'x.d')
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain(`out error OUT-023: 2 files in out would be replaced, but are not as a build left them
  out/boot.scr: there is no build.json that lists it as an output
  out/domains/viewer/viewer.cfg: there is no build.json that lists it as an output
  help: move what you need to another place, choose another folder with -o, or have all of them replaced with --replace
`)
    expect(place.list()).toEqual(before)
    for (const [path, contents] of Object.entries(mine)) expect(textOf(path)).toBe(contents)
  })

  it('is listed for programs, too', () => {
    const { status, stdout, stderr } = domforge(['build', 'system.yaml', '--format', 'json'], place.folder)
    expect([status, JSON.parse(stdout)]).toEqual([1, { version: 1, ok: false }])
    const { diagnostics } = JSON.parse(stderr) as { diagnostics: { code: string; related: { at: object }[] }[] }
    const files = diagnostics.find(({ code }) => code === 'OUT-023')?.related.map(({ at }) => at)
    expect(files).toMatchObject([{ file: 'out/boot.scr' }, { file: 'out/domains/viewer/viewer.cfg' }])
  })

  it('gives up with --replace what is in the way, and nothing else', () => {
    expect(built('--replace').status).toBe(0)
    expect(textOf('out/boot.scr')).not.toBe('scr')
    expect(textOf('out/boot.source')).toBe('source')
    expect(built().status).toBe(0)
  })
})

it('an output that was edited is not lost with the next build', () => {
  built()
  const whole = textOf('out/boot.cmd')
  lay('out/boot.cmd', `${whole}# tried\n`)
  place.write(original.replace('memory: 512MiB', 'memory: 520MiB'))
  const { status, stderr } = built()
  expect(status).toBe(1)
  expect(
    stderr,
  ).toContain(`out/boot.cmd error OUT-023: out/boot.cmd would be replaced, but it was changed since a build wrote it
  help: move what you need to another place, choose another folder with -o, or have it replaced with --replace
`)
  expect(textOf('out/boot.cmd')).toBe(`${whole}# tried\n`)
  expect(textOf('out/plan.json')).not.toContain('520')
  lay('out/boot.cmd', whole)
  expect(built().status).toBe(0)
})

it('outputs without build.json, as in a fresh clone, are taken over while they are up to date', () => {
  built()
  const record = textOf('out/build.json')
  rmSync(join(place.folder, 'out/build.json'))
  expect(built().status).toBe(0)
  expect(textOf('out/build.json')).toBe(record)
  rmSync(join(place.folder, 'out/build.json'))
  place.write(original.replace('memory: 512MiB', 'memory: 520MiB'))
  expect(built()).toMatchObject({ status: 1, stderr: expect.stringContaining('out/plan.json: there is no build.json') })
  expect(built('--replace').status).toBe(0)
})

it('the build.json of another tool is not replaced', () => {
  lay('out/build.json', '{"outputs": []}\n')
  const { status, stderr } = built()
  expect(status).toBe(1)
  expect(stderr).toContain('out/build.json would be replaced, but it is not a record of a build')
  expect(textOf('out/build.json')).toBe('{"outputs": []}\n')
})

it('an input beside the outputs is replaced by no option, nor is the place taken of one that is made later', () => {
  renameSync(join(place.folder, 'board.dtb'), join(place.folder, 'xen.dtb'))
  const board = textOf('xen.dtb')
  place.write(original.replace('board.dtb', 'xen.dtb'))
  for (const words of [[], ['--replace']]) {
    const { status, stderr } = built('-o', '.', ...words)
    expect([status, stderr.includes('OUT-002: xen.dtb is an input')]).toEqual([1, true])
  }
  expect(textOf('xen.dtb')).toBe(board)
  renameSync(join(place.folder, 'xen.dtb'), join(place.folder, 'board.dtb'))
  place.write(original.replace('ramdisk: camera.cpio.gz', 'ramdisk: { file: out/plan.json, size: 1MiB }'))
  expect(built()).toMatchObject({ status: 1, stderr: expect.stringContaining('OUT-002: out/plan.json is an input') })
  expect(existsSync(join(place.folder, 'out'))).toBe(false)
})

it('--depfile does not replace a Makefile, and nothing is built', () => {
  const makefile = 'all:\n\techo all\n'
  lay('x.d', makefile)
  const { status, stderr } = built('--depfile', 'x.d')
  expect([status, stderr.includes('x.d error OUT-023: x.d would be replaced')]).toEqual([1, true])
  expect(textOf('x.d')).toBe(makefile)
  expect(existsSync(join(place.folder, 'out'))).toBe(false)
  expect(built('--depfile', 'x.d', '--replace').status).toBe(0)
  expect(textOf('x.d')).toContain('out/build.json: \\\n  system.yaml')
  expect(built('--depfile', 'x.d').status).toBe(0)
})
