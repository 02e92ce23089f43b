/** Every unit that is emitted for dom0 or a guest, judged by systemd-analyze in a root of its own: what it names is there, and nothing else is wrong. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { emitAll } from '../../src/emit/registry.ts'
import { systemdAnalyze } from '../debian/systemd-analyze.ts'
import { booted, DOM0 } from '../lifecycle/lives.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
const work = mkdtempSync(join(tmpdir(), 'domforge-units-'))
const root = join(work, 'root')
afterAll(() => {
  bench.remove()
  rmSync(work, { recursive: true })
})

const artifactsOf = (managed: boolean) => {
  const guest = managed
    ? booted('one', '{}', 'networks: { lan: {} }')
    : 'one: { boot: dom0less, kernel: { image: Image, config: modules.config, bootargs: modprobe.blacklist=virtio_mmio }, ramdisk: ramdisk, memory: 64MiB, enhanced: enabled, disks: { root: { target: /srv/b } } }'
  const { assembly, findings } = bench.outcomeOf(
    manifestOf({
      config: 'ioreq.config',
      domains: [DOM0, guest],
      end: [
        'virtio:',
        '  disk: { type: block, transport: mmio, frontend: one, backend: dom0, backend-program: { qemu: { drive: /srv/a } } }',
        "  bus: { type: gpio, transport: mmio, frontend: one, backend: dom0, backend-program: { vhost-device: { device-list: '1' } } }",
      ],
    }),
  )
  if (!assembly) throw new Error(findings.all.map(({ message }) => message).join('\n'))
  return emitAll(assembly)
}
const systems = [true, false].map(artifactsOf)
const units = systems.flatMap((artifacts, index) =>
  artifacts.flatMap(({ path, contents }) =>
    path.endsWith('.service') ? [[`${index} ${path}`, path, String(contents)] as const] : [],
  ),
)
/** Units of Xen's and others that ours come before or after. */
const OTHERS = ['xen', 'xenstored', 'xen-init-dom0', 'xenconsoled', 'xendomains']

beforeAll(async () => {
  const { units: own } = await systemdAnalyze()
  cpSync(own, join(root, 'usr/lib/systemd/system'), { recursive: true, verbatimSymlinks: true })
  const put = (path: string, text: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text, { mode: path.startsWith('usr') ? 0o755 : 0o644 })
  }
  for (const name of OTHERS) put(`etc/systemd/system/${name}.service`, '[Service]\nExecStart=/usr/bin/true\n')
  put('usr/bin/true', '#!/bin/sh\n')
  for (const name of [
    'hook',
    'shutdown',
    'prepare',
    'supervisor',
    'virtio-one-qemu',
    'virtio-bus',
    'vhost-frontend',
    'pv-attach-one',
  ])
    put(`usr/lib/domforge/${name}`, '#!/bin/sh\n')
}, 300_000)

it('there are those of every kind', () => {
  expect(units.map(([name]) => name).toSorted()).toEqual([
    '0 control/domforge-guests.service',
    '0 control/domforge-prepare.service',
    '0 control/domforge-supervisor.service',
    '0 control/pv/pv-attach-one.service',
    '0 control/virtio/vhost-frontend.service',
    '0 control/virtio/virtio-bus.service',
    '0 control/virtio/virtio-one-qemu.service',
    '1 control/domforge-prepare.service',
    '1 control/pv/pv-attach-one.service',
    '1 control/virtio/vhost-frontend.service',
    '1 control/virtio/virtio-bus.service',
    '1 control/virtio/virtio-one-qemu.service',
  ])
})

/** What systemd says of a unit in the root, with all the others that it names. */
async function judged(name: string, text: string): Promise<readonly [number | null, string]> {
  const { command } = await systemdAnalyze()
  writeFileSync(join(root, 'etc/systemd/system', name), text)
  const [program, ...words] = command
  const { status, stderr } = spawnSync(program, [...words, 'verify', `--root=${root}`, name], { encoding: 'utf8' })
  return [status, stderr]
}

it.each(units)('%s is as systemd wants it', async (_, path, text) => {
  const name = path.slice(path.lastIndexOf('/') + 1)
  for (const other of systems.flat())
    if (other.path.endsWith('.service'))
      writeFileSync(join(root, 'etc/systemd/system', other.path.slice(other.path.lastIndexOf('/') + 1)), other.contents)
  expect(await judged(name, text)).toEqual([0, ''])
})

it('a key that systemd does not know and a program that is not there are told', async () => {
  const unit = 'domforge-prepare.service'
  const [, , text = ''] = units.find(([, path]) => path.endsWith(unit)) ?? []
  const said = async (from: string, to: string): Promise<string> => (await judged(unit, text.replace(from, to)))[1]
  expect(await said('RemainAfterExit', 'RemainAfterwards')).toContain('Unknown key')
  expect(await said('/usr/lib/domforge/', '/usr/lib/domforger/')).toContain('is not executable')
  writeFileSync(join(root, 'etc/systemd/system', unit), text)
})

/** Names after that key of a unit. */
const namedIn = (text: string, key: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].flatMap(([, words = '']) => words.split(' '))

it('the supervisor is stopped before the domains end, and what serves them after that', () => {
  const [managed = []] = systems
  const texts = new Map(
    managed.flatMap(({ path, contents }) =>
      path.endsWith('.service') ? [[path.slice(path.lastIndexOf('/') + 1), String(contents)] as const] : [],
    ),
  )
  const guests = 'domforge-guests.service'
  for (const key of ['Requires', 'After'])
    expect(namedIn(texts.get('domforge-supervisor.service') ?? '', key)).toContain(guests)
  const serving = [...texts.keys()].filter((name) => name !== guests && name !== 'domforge-supervisor.service')
  expect(namedIn(texts.get(guests) ?? '', 'After')).toEqual(
    expect.arrayContaining([...serving, 'xenstored.service', 'xenconsoled.service', 'network.target']),
  )
})

it('names come after xenstored, and before what serves or creates domains', () => {
  for (const [, path, text] of units) {
    if (path.endsWith('vhost-frontend.service')) expect(text).toMatch(/^After=.*\bxenstored\.service/m)
    else if (!path.endsWith('domforge-prepare.service')) expect(text).toMatch(/^After=.*\bdomforge-prepare\.service/m)
    else expect(text).toMatch(/^After=.*\bxenstored\.service.*\nBefore=.*\bxendomains\.service/m)
  }
})
