/** shellcheck over every script that is emitted for dom0 or a guest, or given to guests as an example. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { emitAll } from '../../src/emit/registry.ts'
import { shellcheck } from '../debian/shellcheck.ts'
import { booted, DOM0 } from '../lifecycle/lives.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
const work = mkdtempSync(join(tmpdir(), 'domforge-shellcheck-'))
afterAll(() => {
  bench.remove()
  rmSync(work, { recursive: true })
})

const emittedFrom = (manifest: string) => {
  const { assembly } = bench.outcomeOf(manifest)
  return assembly ? emitAll(assembly) : []
}
const managed = manifestOf({
  domains: [DOM0, booted('one', '{ watchdog: 5s, boot-limit: 1min }', 'ramdisk: ramdisk')],
  end: [
    'virtio:',
    '  disk: { type: block, transport: mmio, frontend: one, backend: dom0, backend-program: { qemu: { drive: /srv/a } } }',
  ],
})
const REST = '"{domain-id}", "{base}", "{interrupt}", "{vcpus}"'
/** One program that says when it serves, one that does not, a QEMU that writes a file, and a daemon behind xen-vhost-frontend. */
const served = manifestOf({
  config: 'ioreq.config',
  domains: [
    'dom0: { boot: dom0, kernel: { image: Image }, memory: 256MiB }',
    ...['app', 'other'].map(
      (name) =>
        `${name}: { boot: dom0less, kernel: { image: Image, bootargs: modprobe.blacklist=virtio_mmio, config: modules.config }, ramdisk: ramdisk, memory: 64MiB, enhanced: enabled }`,
    ),
  ],
  end: [
    'virtio:',
    `  a: { type: block, transport: mmio, frontend: app, backend: dom0, backend-program: { command: [/bin/disk, "it's a disk", ${REST}, "{ready}"] } }`,
    `  b: { type: block, transport: mmio, frontend: other, backend: dom0, backend-program: { command: [/bin/disk, ${REST}] } }`,
    '  c: { type: block, transport: mmio, frontend: app, backend: dom0, backend-program: { qemu: { drive: "/srv/a b.img" } } }',
    `  d: { type: gpio, transport: mmio, frontend: other, backend: dom0, backend-program: { vhost-device: { device-list: '1' } } }`,
  ],
})
const WAIT = /#!\/bin\/sh.*?^exec modprobe virtio_mmio\n/ms
/** The script itself, or the one inside a guest's archive. */
const scriptIn = (contents: string | Uint8Array): string | undefined => {
  if (typeof contents === 'string') return contents.startsWith('#!/bin/sh') ? contents : undefined
  return WAIT.exec(Buffer.from(contents).toString('latin1'))?.[0]
}
const emitted = [managed, served].flatMap(emittedFrom).flatMap(({ path, contents }) => {
  const script = scriptIn(contents)
  return script === undefined ? [] : [[path, script] as const]
})
const examples = resolve(import.meta.dirname, '../../examples')
const shown = readdirSync(examples, { recursive: true, encoding: 'utf8' })
  .filter((name) => !name.includes('/out/'))
  .map((name) => join(examples, name))
  .flatMap((path) => {
    try {
      const text = readFileSync(path, 'utf8')
      return text.startsWith('#!/bin/sh') ? [[path.slice(examples.length + 1), text] as const] : []
    } catch {
      return []
    }
  })

it('there are the scripts of dom0 and of guests', () => {
  expect(emitted.map(([path]) => path)).toEqual([
    ...['domains/one/metadata.cpio', 'control/virtio/virtio-one-qemu'],
    ...['control/prepare', 'control/domforge-prepare.init'],
    ...['control/supervisor', 'control/shutdown', 'control/hook', 'control/ramdisk'],
    ...['control/domforge-guests.init', 'control/domforge.init'],
    ...['domains/one/watchdog', 'domains/one/mark'],
    ...['domains/app/metadata.cpio', 'domains/other/metadata.cpio'],
    ...['control/virtio/virtio-a', 'control/virtio/virtio-b', 'control/virtio/virtio-app-qemu'],
    ...['control/virtio/virtio-d', 'control/virtio/vhost-frontend'],
    ...['control/prepare', 'control/domforge-prepare.init'],
  ])
})

it.each([...emitted, ...shown])(
  '%s is clean, as POSIX shell',
  async (_, text) => {
    const file = join(work, 'script')
    writeFileSync(file, text)
    const { stdout, status } = spawnSync(await shellcheck(), ['-s', 'sh', '-S', 'style', file], { encoding: 'utf8' })
    expect([stdout, status]).toEqual(['', 0])
  },
  120_000,
)
