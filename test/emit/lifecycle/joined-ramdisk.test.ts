/** The ramdisk of a further life: what xl is told, what dom0 has for it, and the script that puts it together, in two shells. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Artifact } from '../../../src/emit/artifact.ts'
import { sha256Hex } from '../../../src/units/sha256.ts'
import { booted, created, DOM0 } from '../../lifecycle/lives.ts'
import { Bench } from '../../support/checks/systems.ts'
import { livesOf } from '../../support/emit/lives.ts'

const bench = new Bench()
const work = mkdtempSync(join(tmpdir(), 'domforge-ramdisk-'))
afterAll(() => {
  bench.remove()
  rmSync(work, { recursive: true, force: true })
})

const RAMDISK = 'ramdisk: ramdisk'
const { artifacts } = livesOf(bench, [
  DOM0,
  booted('one', '{ watchdog: 30s }', RAMDISK),
  booted('plain', '{}', RAMDISK),
  booted('fixed', '{ watchdog: 30s, on-crash: stop, on-hang: stop }', `${RAMDISK}, static-mem: auto`).replace(
    'enabled',
    'no-xenstore',
  ),
  created('two', '{ watchdog: 30s }', RAMDISK),
])
const found = (path: string): Artifact | undefined => artifacts.find((artifact) => artifact.path === path)
const textOf = (path: string): string => String(found(path)?.contents)
const ramdiskOf = (name: string): string | undefined =>
  /^ramdisk = "(.*)"$/m.exec(textOf(`domains/${name}/${name}.cfg`))?.[1]

it('is what xl is told of for guests with metadata alone, and is put together before each is created', () => {
  expect(ramdiskOf('one')).toBe('/var/lib/domforge/one.ramdisk')
  expect([ramdiskOf('plain'), ramdiskOf('two')]).toEqual(['/boot/guests/ramdisk', '/boot/guests/ramdisk'])
  expect(textOf('control/lifecycle.tab').match(/^before .*$/gm)).toEqual([
    'before one ramdisk /usr/lib/domforge/ramdisk /boot/guests/ramdisk',
  ])
})

it('is asked for in the configuration of a guest that nobody looks after', () => {
  const notesOf = (more: string): readonly string[] => {
    const unmanaged = booted('app', '', more).replace(', lifecycle: ', '')
    const disk = 'virtio: { data: { type: block, transport: mmio, frontend: app, backend: dom0 } }'
    const { artifacts: own } = livesOf(bench, [DOM0, unmanaged], [disk])
    return String(own.find(({ path }) => path === 'domains/app/app.cfg')?.contents).split('\n')
  }
  const asked = (line: string): boolean => line.includes('Append domains/app/metadata.cpio to the ramdisk')
  expect(notesOf(RAMDISK).filter(asked)).toHaveLength(1)
  expect(notesOf('os: other').filter(asked)).toEqual([])
  expect(textOf('domains/one/one.cfg').split('\n').filter(asked)).toEqual([])
  expect(textOf('domains/plain/plain.cfg')).not.toContain('Append')
})

it('is made of files that dom0 is given', () => {
  const lines = textOf('control/install.list').split('\n')
  const metadata = found('domains/one/metadata.cpio')?.contents ?? ''
  expect(lines).toContain(`all 0644 ${sha256Hex(metadata)} domains/one/metadata.cpio /etc/domforge/domains/one.cpio`)
  expect(lines.filter((line) => line.endsWith(' control/ramdisk /usr/lib/domforge/ramdisk'))).toHaveLength(1)
  expect(lines.filter((line) => line.includes('.cpio '))).toHaveLength(1)
  expect(found('domains/fixed/metadata.cpio')?.install).toBeUndefined()
})

it.each(['dash', 'busybox ash'].flatMap((shell) => [0, 1, 2, 3].map((over) => [shell, over] as const)))(
  'in %s: a ramdisk of %i bytes over whole words, then the metadata at a whole word',
  (shell, over) => {
    const folder = join(work, `${shell}-${over}`.replace(' ', '-'))
    for (const name of ['config/domains', 'kept']) mkdirSync(join(folder, name), { recursive: true })
    const ramdisk = Buffer.alloc(8 + over, 0xfe)
    writeFileSync(join(folder, 'ramdisk'), ramdisk)
    writeFileSync(join(folder, 'config/domains/one.cpio'), '070701 metadata')
    writeFileSync(join(folder, 'script'), textOf('control/ramdisk'))
    const env = { PATH: process.env['PATH'], DOMFORGE_CONFIG: `${folder}/config`, DOMFORGE_KEPT: `${folder}/kept` }
    const [program = '', ...words] = shell.split(' ')
    const run = (file: string) =>
      spawnSync(program, [...words, join(folder, 'script'), 'one', 'ramdisk', join(folder, file)], { env })
    expect(run('ramdisk').status).toBe(0)
    const joined = Buffer.concat([ramdisk, Buffer.alloc(-ramdisk.length & 3), Buffer.from('070701 metadata')])
    expect(readFileSync(join(folder, 'kept/one.ramdisk'))).toEqual(joined)
    // What is missing leaves the last one as it was.
    expect(run('missing').status).not.toBe(0)
    expect(readFileSync(join(folder, 'kept/one.ramdisk'))).toEqual(joined)
  },
)
