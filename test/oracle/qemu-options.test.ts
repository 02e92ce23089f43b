/** QEMU's command line before a QEMU: Debian's takes every option but those of the machine `xenpvh`, which it lacks, and whose properties are listed here. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { type BackendProgram, backendPrograms } from '../../src/backends/programs.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
const folder = mkdtempSync(join(tmpdir(), 'domforge-qemu-'))
afterAll(() => {
  bench.remove()
  rmSync(folder, { recursive: true })
})

/** Those of the machine on Arm besides every machine's own (qemu, hw/xen/xen-pvh-common.c: xen_pvh_class_setup_common_props; hw/arm/xen-pvh.c: has_virtio_mmio, has_pci, has_tpm). */
const MACHINE_PROPERTIES = [
  ...['ram-low', 'ram-high', 'virtio-mmio', 'pci-ecam', 'pci-mmio', 'pci-mmio-high'].flatMap((name) => [
    `${name}-base`,
    `${name}-size`,
  ]),
  ...['pci-intx-irq-base', 'tpm-base-addr'],
]

/** Options that Debian's QEMU knows, and refuses: its target for Arm is built without Xen. */
const XEN = ['-xen-domid', '1', '-xen-attach']

const drive = join(folder, "a,b'c.img")
const other = join(folder, 'other.img')
const shared = join(folder, 'shared')
mkdirSync(shared)
for (const file of [drive, other]) writeFileSync(file, Buffer.alloc(1 << 20))

function programsOf(devices: Readonly<Record<string, readonly [type: string, options: object]>>, grants = false) {
  const { plan, findings } = bench.outcomeOf(
    manifestOf({
      config: 'ioreq.config',
      domains: [
        'dom0: { boot: dom0, kernel: { image: Image }, memory: 256MiB }',
        'guest: { boot: dom0less, kernel: { image: Image, bootargs: modprobe.blacklist=virtio_mmio }, ramdisk: ramdisk, memory: 64MiB, enhanced: enabled }',
      ],
      end: [
        'virtio:',
        ...Object.entries(devices).map(
          ([name, [type, options]]) =>
            `  ${name}: { type: ${type}, transport: mmio, frontend: guest, backend: dom0, grants: ${grants}, backend-program: { qemu: ${JSON.stringify(options)} } }`,
        ),
      ],
    }),
  )
  if (!plan) throw new Error(findings.all.map(({ message }) => message).join('\n'))
  return backendPrograms(plan)
}

const textOf = ({ words }: BackendProgram): readonly string[] =>
  words.map((word) => word.map((piece) => (typeof piece === 'string' ? piece : '1')).join(''))

/** With a machine that has the same transports, and stopped before it runs. */
function qemu(words: readonly string[]): readonly [status: number | null, said: string] {
  const [program = '', ...rest] = words
  const machine = rest.indexOf('-machine') + 1
  const pid = join(folder, 'pid')
  rmSync(pid, { force: true })
  const virt = rest.map((word, at) => (at === machine ? 'virt' : word))
  const xen = virt.indexOf('-xen-domid')
  expect(virt.slice(xen, xen + XEN.length)).toEqual(XEN)
  const own = virt.toSpliced(xen, XEN.length)
  const { status, stderr } = spawnSync(program, [...own, '-S', '-daemonize', '-pidfile', pid], { encoding: 'utf8' })
  if (status === 0) process.kill(Number(readFileSync(pid, 'utf8')))
  return [status, stderr]
}

const DEVICES = {
  disk: ['block', { drive }],
  other: ['block', { drive: other, format: 'raw', 'read-only': true }],
  noise: ['entropy', { source: '/dev/urandom' }],
  tty: ['console', { socket: join(folder, 'a,b.socket') }],
  files: ['9p', { path: shared, tag: 'files' }],
} as const

it.each([false, true])('QEMU takes the devices that it can make without the host; grants: %s', (grants) => {
  const [first, ...others] = programsOf(DEVICES, grants).map(textOf)
  expect(others).toEqual([])
  expect(first?.filter((word) => word === '-device').length).toBe(6)
  expect(qemu(first ?? [])).toEqual([0, ''])
})

it.each([
  [
    'a tap',
    { net: ['net', { tap: 'no-such-tap', mac: '52:54:00:12:34:56' }] },
    /\/dev\/net\/tun|Operation not permitted/,
  ],
  ['vsock', { talk: ['vsock', { 'guest-cid': 5 }] }, /vhost-vsock: failed to open vhost device/],
] as const)('QEMU understands %s, and asks the host for it', (_, devices, asked) => {
  const [status, said] = qemu(programsOf(devices).map(textOf)[0] ?? [])
  if (status !== 0) expect(said).toMatch(asked)
  expect(said).not.toMatch(/not found|unexpected|invalid/i)
})

it('an option that QEMU does not have is told', () => {
  const words = programsOf({ noise: DEVICES.noise }).map(textOf)[0] ?? []
  const [status, said] = qemu(words.map((word) => word.replace('rng=', 'rnd=')))
  expect(status).toBe(1)
  expect(said).toMatch(/rnd' not found/)
})

it('QEMU has the options for Xen', () => {
  const { stdout } = spawnSync('qemu-system-aarch64', ['-help'], { encoding: 'utf8' })
  for (const option of ['-xen-domid', '-xen-attach', '-daemonize', '-pidfile'])
    expect(stdout).toMatch(new RegExp(`^${option}\\b`, 'm'))
})

it('the machine is told what it has', () => {
  const [, , machine = ''] = programsOf(DEVICES).map(textOf)[0] ?? []
  const [name, ...properties] = machine.split(',')
  expect(name).toBe('xenpvh')
  const names = properties.map((property) => property.split('=')[0])
  expect(names.filter((own) => !MACHINE_PROPERTIES.includes(own ?? ''))).toEqual([])
  expect(names).toEqual(['virtio-mmio-base', 'virtio-mmio-size', 'ram-low-base', 'ram-low-size'])
})
