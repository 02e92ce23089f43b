/** The same inputs give the same bytes, wherever, whenever and by whomever they are built. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Workplace, workplace } from '../support/cli/tool.ts'

const launcher = resolve(import.meta.dirname, '../../bin/domforge.js')

interface Circumstances {
  /** The folder that holds manifest and inputs. */
  readonly folder: string
  /** The folder that the tool is started in; by default the same. */
  readonly from?: string
  readonly env?: Readonly<Record<string, string>>
  /** A shell's words before the tool's. */
  readonly prelude?: string
}

let scratch = ''
let places: Readonly<Record<string, Workplace>> = {}
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'domforge-reproducible-'))
  places = { 'two-guests': await workplace('two-guests'), 'dom0-and-two': await workplace('dom0-and-two') }
})
afterAll(() => {
  for (const place of Object.values(places)) place.remove()
  rmSync(scratch, { recursive: true })
})

let builds = 0

/** Contents by path of a fresh build. */
function built({ folder, from = folder, env = {}, prelude = '' }: Circumstances): ReadonlyMap<string, string> {
  const out = join(scratch, `out-${builds++}`)
  const command = `${prelude} exec "$0" "$@"`
  const words = [process.execPath, launcher, 'build', join(folder, 'system.yaml'), '-o', out, '-q']
  const { status, stderr } = spawnSync('/bin/sh', ['-c', command, ...words], {
    cwd: from,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  })
  expect(stderr).not.toContain('error')
  expect(status).toBe(0)
  return contents(out)
}

const contents = (out: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(out, { recursive: true, encoding: 'utf8' })
      .sort()
      .filter((path) => statSync(join(out, path)).isFile())
      .map((path) => [path, readFileSync(join(out, path)).toString('base64')]),
  )

function copied(folder: string, name: string): string {
  const copy = join(scratch, name)
  mkdirSync(copy, { recursive: true })
  cpSync(folder, copy, { recursive: true })
  return copy
}

describe.each(['two-guests', 'dom0-and-two'])('%s', (example) => {
  let folder = ''
  let reference: ReadonlyMap<string, string>
  beforeAll(() => {
    folder = places[example]?.folder ?? ''
    reference = built({ folder })
    expect(reference.size).toBeGreaterThan(8)
  })

  it.each<[string, () => Circumstances]>([
    ['again', () => ({ folder })],
    ['from another folder', () => ({ folder, from: '/' })],
    ['in another folder, whose name is odd', () => ({ folder: copied(folder, `${example} é "x" $y`) })],
    ['in Turkish', () => ({ folder, env: { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', LANGUAGE: 'tr' } })],
    ['in German', () => ({ folder, env: { LC_ALL: 'de_DE.UTF-8' } })],
    ['in no language', () => ({ folder, env: { LC_ALL: 'C' } })],
    ['in another time zone', () => ({ folder, env: { TZ: 'Pacific/Kiritimati' } })],
    ['by another user', () => ({ folder, env: { HOME: '/nonexistent', USER: 'nobody', HOSTNAME: 'elsewhere' } })],
    ['with colours and a narrow terminal', () => ({ folder, env: { FORCE_COLOR: '3', COLUMNS: '20', TERM: 'xterm' } })],
    ['with another umask', () => ({ folder, prelude: 'umask 0077;' })],
    ['with few open files', () => ({ folder, prelude: 'ulimit -n 40;' })],
  ])('%s', (_, circumstances) => {
    expect(built(circumstances())).toEqual(reference)
  })

  it('with other times and rights of the inputs', () => {
    const copy = copied(folder, `${example}-touched`)
    for (const [index, name] of readdirSync(copy).sort().reverse().entries()) {
      utimesSync(join(copy, name), 1000 * index, 1_000_000 * index)
      chmodSync(join(copy, name), index % 2 === 0 ? 0o400 : 0o755)
    }
    expect(built({ folder: copy })).toEqual(reference)
  })

  it('at a terminal', () => {
    const out = join(scratch, `${example}-terminal`)
    const words = [process.execPath, launcher, 'build', join(folder, 'system.yaml'), '-o', out]
    const command = words.map((word) => `'${word}'`).join(' ')
    const { status, stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], TERM: 'xterm-256color' },
    })
    expect(status).toBe(0)
    expect(stdout).toContain('\x1b[')
    expect(contents(out)).toEqual(reference)
  })

  it('with SOURCE_DATE_EPOCH, but for the time in boot.scr and what it is summed into', () => {
    const dated = built({ folder, env: { SOURCE_DATE_EPOCH: '1700000000' } })
    const different = [...dated].filter(([path, data]) => reference.get(path) !== data).map(([path]) => path)
    expect(different).toEqual(['boot.scr', 'build.json'])
    expect(dated).toEqual(built({ folder, from: '/', env: { SOURCE_DATE_EPOCH: '1700000000', TZ: 'Asia/Tokyo' } }))
  })
})
