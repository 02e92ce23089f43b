/** The options of `build` and `plan` that recipes and CI jobs use. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
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
  rmSync(join(place.folder, 'out'), { recursive: true, force: true })
})

const run = (...words: readonly string[]) => domforge(words, place.folder)
const built = (...words: readonly string[]) => run('build', 'system.yaml', '-q', ...words)
const inOut = (path: string): string => join(place.folder, 'out', path)

interface Checked {
  readonly ok: boolean
  readonly missing: readonly string[]
  readonly different: readonly string[]
  readonly stale: readonly string[]
  readonly cutOff: boolean
}

function check(): Checked & { readonly status: number | null } {
  const { stdout, status } = run('build', 'system.yaml', '--check', '--format', 'json')
  return { ...(JSON.parse(stdout) as Checked), status }
}

describe('--check', () => {
  it('finds nothing behind a build, and everything before one', () => {
    expect(check()).toMatchObject({ status: 5, ok: false, missing: expect.arrayContaining(['boot.scr', 'build.json']) })
    expect(existsSync(join(place.folder, 'out'))).toBe(false)
    built()
    expect(check()).toMatchObject({ status: 0, ok: true, missing: [], different: [], stale: [], cutOff: false })
  })

  it('says which file is missing, differs, or is stale, and repairs none', () => {
    built()
    rmSync(inOut('xen.dts'))
    writeFileSync(inOut('boot.cmd'), 'other')
    place.write(original.slice(0, original.indexOf('  viewer:')))
    const { status, stdout } = run('build', 'system.yaml', '--check')
    expect(status).toBe(5)
    expect(stdout).toMatch(/out\/xen\.dts +is missing/)
    expect(stdout).toMatch(/out\/boot\.cmd +differs/)
    expect(stdout).toMatch(/out\/domains\/viewer\/viewer\.cfg +is stale/)
    expect(readFileSync(inOut('boot.cmd'), 'utf8')).toBe('other')
    expect(existsSync(inOut('domains/viewer/viewer.cfg'))).toBe(true)
    expect(existsSync(inOut('xen.dts'))).toBe(false)
  })

  it('says that a build was cut off', () => {
    built()
    mkdirSync(inOut('.domforge-1-1-0'))
    writeFileSync(inOut('.domforge-1-1-0/journal.json'), '{"outputs":[{"path":"x","sha256":"00"}]}')
    expect(check()).toMatchObject({ status: 5, ok: false, cutOff: true })
    built()
    expect(check()).toMatchObject({ status: 0, cutOff: false })
  })

  it('with an error in the manifest fails as a build does', () => {
    place.write(original.replace('memory:', 'memroy:'))
    expect(run('build', 'system.yaml', '--check').status).toBe(1)
  })
})

describe('--emit', () => {
  it('makes what it names, records that, and removes the rest', () => {
    built()
    expect(built('--emit', 'xen.dtb,boot.scr').status).toBe(0)
    const { outputs } = JSON.parse(readFileSync(inOut('build.json'), 'utf8')) as { outputs: { path: string }[] }
    expect(outputs.map(({ path }) => path)).toEqual(['boot.scr', 'xen.dtb'])
    expect(existsSync(inOut('plan.json'))).toBe(false)
    expect(run('build', 'system.yaml', '--emit', 'boot.scr,xen.dtb', '--check').status).toBe(0)
    expect(check().missing).toContain('plan.json')
  })

  it.each(['xen.dbt', '', 'xen.dtb,', 'toString'])('refuses what it does not know: %j', (names) => {
    const { status, stderr } = built('--emit', names)
    expect(status).toBe(2)
    if (names === 'xen.dbt') expect(stderr).toContain("'xen.dtb'")
    expect(existsSync(join(place.folder, 'out'))).toBe(false)
  })
})

describe('--root', () => {
  it('is where inputs are looked for that are not beside the manifest, the first that has them wins', () => {
    for (const folder of ['a', 'b']) mkdirSync(join(place.folder, folder), { recursive: true })
    built()
    const before = readFileSync(inOut('build.json'), 'utf8')
    renameSync(join(place.folder, 'Image'), join(place.folder, 'b/Image'))
    renameSync(join(place.folder, 'xen'), join(place.folder, 'a/xen'))
    writeFileSync(join(place.folder, 'b/xen'), 'not this one')
    expect(built().status).toBe(1)
    expect(built('--root', 'a', '--root', 'b').status).toBe(0)
    expect(readFileSync(inOut('build.json'), 'utf8')).toBe(before)
    expect(run('plan', 'system.yaml', '--inputs', '--root=a', '--root=b').stdout.split('\n')).toEqual(
      expect.arrayContaining(['a/xen', 'b/Image', 'board.dtb']),
    )
    renameSync(join(place.folder, 'b/Image'), join(place.folder, 'Image'))
    renameSync(join(place.folder, 'a/xen'), join(place.folder, 'xen'))
  })
})

it('--root is where what a device-tree source includes is looked for, under the same path', () => {
  for (const folder of ['a/dts', 'b/dts']) mkdirSync(join(place.folder, folder), { recursive: true })
  writeFileSync(join(place.folder, 'a/dts/board.dts'), '/include/ "parts.dtsi"\n')
  renameSync(join(place.folder, 'board.dtb'), join(place.folder, 'b/dts/board.dtb'))
  writeFileSync(join(place.folder, 'b/dts/parts.dtsi'), '/dts-v1/; / { part; };')
  place.write(original.replace('board.dtb', 'dts/board.dts'))
  const listed = run('plan', 'system.yaml', '--inputs', '--root', 'a', '--root', 'b').stdout.split('\n')
  expect(listed).toEqual(expect.arrayContaining(['a/dts/board.dts', 'b/dts/parts.dtsi']))
  renameSync(join(place.folder, 'b/dts/board.dtb'), join(place.folder, 'board.dtb'))
})

describe('lists for recipes', () => {
  const lines = (text: string): string[] => text.split('\n').slice(0, -1)

  it('of inputs: the manifest first, files that are missing too', () => {
    const complete = run('plan', 'system.yaml', '--inputs')
    expect(lines(complete.stdout).slice(0, 2)).toEqual(['system.yaml', 'board.dtb'])
    renameSync(join(place.folder, 'Image'), join(place.folder, 'away'))
    expect(run('plan', 'system.yaml', '--inputs')).toEqual(complete)
    expect(run('plan', 'system.yaml').status).toBe(1)
    renameSync(join(place.folder, 'away'), join(place.folder, 'Image'))
    expect(complete.status).toBe(0)
    const json = JSON.parse(run('plan', 'system.yaml', '--inputs', '--format', 'json').stdout) as { inputs: string[] }
    expect(json.inputs).toEqual(lines(complete.stdout))
    expect(lines(run('plan', place.manifest, '--inputs').stdout)[1]).toBe(join(place.folder, 'board.dtb'))
  })

  it('of outputs: what a build writes', () => {
    built()
    const { outputs } = JSON.parse(readFileSync(inOut('build.json'), 'utf8')) as { outputs: { path: string }[] }
    const listed = run('plan', 'system.yaml', '--outputs')
    expect(lines(listed.stdout)).toEqual([...outputs.map(({ path }) => path), 'build.json'])
  })

  it('count mistakes of the manifest', () => {
    place.write(original.replace('memory:', 'memroy:'))
    expect(run('plan', 'system.yaml', '--inputs').status).toBe(1)
    expect(run('plan', 'system.yaml', '--outputs')).toMatchObject({ status: 1, stdout: '' })
    expect(run('plan', 'absent.yaml', '--inputs')).toMatchObject({ status: 3, stdout: '' })
  })
})

describe('--depfile', () => {
  it('never replaces an input or an output', () => {
    for (const file of ['system.yaml', 'Image', 'out/build.json']) {
      expect(built('--depfile', file)).toMatchObject({ status: 1, stderr: expect.stringContaining('OUT-002') })
      expect(place.read()).toBe(original)
    }
  })

  it('that cannot be written is an error', () => {
    expect(built('--depfile', 'Image/x.d')).toMatchObject({ status: 1, stderr: expect.stringContaining('OUT-001') })
  })

  it('gives the record a new time stamp, and no other file', () => {
    built()
    const past = new Date('2020-01-01T00:00:00Z')
    for (const path of ['build.json', 'xen.dtb']) utimesSync(inOut(path), past, past)
    built('--depfile', 'out.d')
    expect(statSync(inOut('build.json')).mtime > past).toBe(true)
    expect(statSync(inOut('xen.dtb')).mtime).toEqual(past)
  })
})

it('gives the same bytes in another folder, by another path, at another time', async () => {
  built()
  const other = await workplace('dom0-and-two')
  other.write(original)
  for (const name of ['system.yaml', 'Image', 'xen']) utimesSync(join(other.folder, name), 1, 1)
  const words = ['build', other.manifest, '-q', '-o', join(other.folder, 'elsewhere')]
  expect(domforge(words, place.folder, { TZ: 'Asia/Tokyo', LC_ALL: 'tr_TR.UTF-8' }).status).toBe(0)
  const { outputs } = JSON.parse(readFileSync(inOut('build.json'), 'utf8')) as { outputs: { path: string }[] }
  for (const path of ['build.json', ...outputs.map((output) => output.path)])
    expect(readFileSync(join(other.folder, 'elsewhere', path)).equals(readFileSync(inOut(path))), path).toBe(true)
  expect(readFileSync(join(other.folder, 'system.lock.yaml'), 'utf8')).toBe(
    readFileSync(join(place.folder, 'system.lock.yaml'), 'utf8'),
  )
  other.remove()
})

it('SOURCE_DATE_EPOCH is the time in boot.scr, and in nothing else', () => {
  built()
  const files = () =>
    (JSON.parse(readFileSync(inOut('build.json'), 'utf8')) as { outputs: { path: string; sha256: string }[] }).outputs
  const before = files()
  domforge(['build', 'system.yaml', '-q'], place.folder, { SOURCE_DATE_EPOCH: '1700000000' })
  const changed = files().filter(({ path, sha256 }) => before.find((file) => file.path === path)?.sha256 !== sha256)
  expect(changed.map(({ path }) => path)).toEqual(['boot.scr'])
  expect(readFileSync(inOut('boot.scr')).readUInt32BE(8)).toBe(1_700_000_000)
})

it('build.json lists the manifest, and shows absolute paths as base names', () => {
  place.write(original.replaceAll('image: Image', `image: ${join(place.folder, 'Image')}`))
  built()
  for (const path of ['build.json', 'plan.json', 'report/report.txt', 'boot.cmd', 'xen.dts'])
    expect(readFileSync(inOut(path), 'utf8'), path).not.toContain(place.folder)
  const { inputs } = JSON.parse(readFileSync(inOut('build.json'), 'utf8')) as { inputs: { path: string }[] }
  expect(inputs.map(({ path }) => path)).toEqual(expect.arrayContaining(['system.yaml', 'Image']))
})

it.each([
  ['an option twice', ['build', 'system.yaml', '--out', 'a', '--out', 'b']],
  ['an empty folder', ['build', 'system.yaml', '--out', '']],
  ['an empty root', ['check', 'system.yaml', '--root=']],
  ['a check that writes', ['build', 'system.yaml', '--check', '--depfile', 'x']],
  ['a check that replaces', ['build', 'system.yaml', '--check', '--replace']],
  ['two lists at once', ['plan', 'system.yaml', '--inputs', '--outputs']],
])('%s is wrong usage', (_, words) => {
  const { status, stderr, stdout } = run(...words)
  expect(status).toBe(2)
  expect(stderr).toMatch(/^domforge: /)
  expect(stdout).toBe('')
})
