/** What guests are told of their devices, judged by compilers, a shell, dtc and Linux's own structures. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { emitAll } from '../../src/emit/registry.ts'
import type { AsJson } from '../../src/emit/virtio/json.ts'
import type * as document from '../../src/guests/virtio-document.ts'
import { kernelHeader } from '../debian/kernel-header.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'
import { anyDevices, RPMSG_LINK, systemWith } from '../support/virtio/arbitrary-devices.ts'
import { compiled } from './dtc.ts'

type VirtioDocument = AsJson<document.VirtioDocument>
type DeviceDocument = AsJson<document.DeviceDocument>
type MmioDocument = AsJson<document.MmioDocument>
type StaticShmDocument = AsJson<document.StaticShmDocument>

/** The devices over shared memory, by name. */
const layoutsIn = ({ devices }: VirtioDocument): readonly (readonly [string, StaticShmDocument])[] =>
  Object.entries(devices).flatMap(([name, device]) =>
    device.transport === 'static-shm' ? [[name, device] as const] : [],
  )

const bench = new Bench()
const folder = mkdtempSync(join(tmpdir(), 'domforge-virtio-'))
afterAll(() => {
  bench.remove()
  rmSync(folder, { recursive: true, force: true })
})

const SEED = 20_261_127
const GUESTS = ['one', 'two'] as const
const WARNINGS = ['-Wall', '-Wextra', '-Wpedantic', '-Wundef', '-Wshadow', '-Wconversion', '-Werror'] as const
const STRICT = ['-std=c11', ...WARNINGS] as const
/** Of C++, the oldest that knows what the header uses, and a newer one. */
const CPLUSPLUS = ['c++11', 'c++20'] as const

/** Writes what the manifest gives below a folder of its own. */
function emitted(name: string, manifest: string): string {
  const { assembly, findings } = bench.outcomeOf(manifest)
  if (!assembly) throw new Error(findings.all.map(({ message }) => message).join('\n'))
  const out = join(folder, name)
  for (const { path, contents } of emitAll(assembly)) {
    mkdirSync(dirname(join(out, path)), { recursive: true })
    writeFileSync(join(out, path), contents)
  }
  return out
}

const systems = fc
  .sample(anyDevices, { numRuns: 8, seed: SEED })
  .map(
    (devices, index) => [`system ${index}: ${devices.map(({ lines }) => lines['type']).join(', ')}`, devices] as const,
  )

const documentIn = (out: string, guest: string): VirtioDocument =>
  JSON.parse(readFileSync(join(out, 'domains', guest, 'virtio.json'), 'utf8'))

/** What a name of the header stands for in `virtio.json`, found by the name alone. */
function meaning(document: VirtioDocument, name: string): string | number | undefined {
  const [device, rest] = name.split('__')
  if (device === 'DOMFORGE_STATIC_VRINGS' && rest !== undefined) return ofHeader(document, rest)
  const found = Object.entries(document.devices).find(([key]) => device === `DOMFORGE_${capitals(key)}`)
  return found && rest !== undefined ? ofDevice(document, found[1], rest) : undefined
}

function ofHeader({ header }: VirtioDocument, name: string): string | number | undefined {
  if (name === 'MAGIC') return header?.magic
  if (name.startsWith('STATUS_')) return header?.status[camel(name.slice(7))]
  if (name.startsWith('FLOW_')) return FLOWS.indexOf(name.slice(5).toLowerCase().replaceAll('_', '-'))
  const word = /^(IDENTITY|DEVICE_STATE|DRIVER_STATE)_(\w+)_AT$/.exec(name)
  return header?.words[camel(word?.[1] ?? '')]?.[camel(word?.[2] ?? '')]?.offset
}

/** Symbols say a queue's flow by its number. */
const FLOWS: readonly string[] = ['to-driver', 'to-device', 'both']

const capitals = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')
const camel = (name: string): string =>
  name.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())

function ofDevice(document: VirtioDocument, device: DeviceDocument, name: string): string | number | undefined {
  const common: Readonly<Record<string, string | number | undefined>> = {
    TYPE: device.type,
    DEVICE_ID: device.deviceId,
    ROLE: device.role,
    IS_DRIVER: device.role === 'driver' ? 1 : 0,
    PEER: device.peer.name,
    PEER_ID: device.peer.id,
    TRANSPORT: device.transport,
  }
  if (Object.hasOwn(common, name)) return common[name]
  return device.transport === 'mmio' ? ofRegisters(device, name) : ofLayout(document, device, name)
}

function ofRegisters(device: MmioDocument, name: string): string | number | undefined {
  const known: Readonly<Record<string, string | number>> = {
    BASE: String(device.base),
    SIZE: String(device.size),
    INTERRUPT: device.interrupt,
    GRANTS: device.grants ? 1 : 0,
    READY_AT: device.readyAt,
  }
  return known[name]
}

function ofLayout({ regions }: VirtioDocument, device: StaticShmDocument, name: string): string | number | undefined {
  const region = regions[device.region]
  const whole: Readonly<Record<string, string | number | undefined>> = {
    LAYOUT: device.layout,
    LAYOUT_VERSION: device.layoutVersion,
    LAYOUT_HASH: device.layoutHash,
    STATE_PORT: device.statePort,
    FEATURES: device.features.bits,
    CONFIG_BYTES: device.role === 'device' ? device.config?.bytes : undefined,
    REGION_ID: region?.id,
    REGION_BASE: region?.base,
    REGION_SIZE: region?.size,
    OFFSET: device.offset,
    SIZE: device.size,
    QUEUES: Object.keys(device.queues).map(capitals).join(' '),
    QUEUE_COUNT: Object.keys(device.queues).length,
    BUFFER_COUNT: device.buffers?.count ?? 0,
    BUFFER_SIZE: device.buffers?.size ?? 0,
    BUFFER_STRIDE: device.buffers?.stride ?? 0,
  }
  if (Object.hasOwn(whole, name)) return whole[name]
  const [queueName, queue] =
    Object.entries(device.queues)
      .filter(([key]) => name.startsWith(`QUEUE_${capitals(key)}_`))
      .toSorted(([a], [b]) => b.length - a.length)[0] ?? []
  const own = queueName === undefined ? name : name.slice(`QUEUE_${capitals(queueName)}_`.length)
  const ofQueue: Readonly<Record<string, string | number | undefined>> = {
    INDEX: queue?.index,
    ENTRIES: queue?.size,
    FORMAT: queue?.format,
    FLOW: FLOWS.indexOf(queue?.flow ?? ''),
    FIRST_BUFFER: queue?.buffers.first,
    BUFFERS: queue?.buffers.count,
    PORT: queue?.notify?.port ?? 0,
  }
  if (queue && Object.hasOwn(ofQueue, own)) return ofQueue[own]
  const part = /^(?<kind>\w+)_(?<field>OFFSET|SIZE)$/.exec(own)?.groups
  const parts = queue?.parts ?? device.parts
  if (!part) return undefined
  const found = parts[camel(part['kind'] ?? '')]
  if (!found && device.layout === 'static-vrings' && ['CONFIG', 'BUFFERS'].includes(part['kind'] ?? '')) return 0
  return found?.[part['field'] === 'OFFSET' ? 'offset' : 'size']
}

/** The device that a test has made. */
function linkIn(document: VirtioDocument): StaticShmDocument {
  const [, link] = layoutsIn(document).find(([name]) => name === 'link') ?? []
  if (!link) throw new Error('no link')
  return link
}

/** Names that stand for a number or a text, as a program finds them. */
function printed(header: string, program: string): ReadonlyMap<string, string> {
  const names = [...readFileSync(header, 'utf8').matchAll(/^#define (DOMFORGE_\w+__\w+) (?!\{)\S/gm)].map(
    ([, name]) => name,
  )
  const lines = names.map((name) => `\tsay("${name}", ${name});`)
  const source = `#include "${header}"
#include <stdio.h>
static void number(const char *name, unsigned long long value) { printf("%s=0x%llx\\n", name, value); }
static void text(const char *name, const char *value) { printf("%s=%s\\n", name, value); }
#define say(name, value) _Generic((value), char *: text, default: number)(name, value)
int main(void)
{
${lines.join('\n')}
	return 0;
}
`
  writeFileSync(`${program}.c`, source)
  execFileSync('gcc', [...STRICT, '-o', program, `${program}.c`])
  const output = execFileSync(program, { encoding: 'utf8' })
  return new Map(
    output
      .trimEnd()
      .split('\n')
      .map((line) => line.split('=') as [string, string]),
  )
}

/** Texts as they are, numbers in hexadecimal. */
const comparable = (value: string | number | undefined): string | undefined =>
  value === undefined || (typeof value === 'string' && !value.startsWith('0x'))
    ? value
    : `0x${BigInt(value).toString(16)}`

describe.each(systems)('%s', (name, devices) => {
  const out = emitted(name.slice(0, 8).replace(' ', '-'), manifestOf(systemWith(devices)))

  it.each(GUESTS)("virtio.h of '%s' compiles, and says what virtio.json says", (guest) => {
    const header = join(out, 'domains', guest, 'virtio.h')
    const document = documentIn(out, guest)
    const values = printed(header, join(out, `print-${guest}`))
    expect(values.size).toBeGreaterThan(20 * devices.length)
    const different = [...values].filter(([symbol, value]) => comparable(meaning(document, symbol)) !== value)
    expect(different).toEqual([])
    const check = join(out, `check-${guest}.c`)
    writeFileSync(check, `#include "${header}"\n#include "${header}"\n`)
    execFileSync('aarch64-linux-gnu-gcc', [
      ...STRICT.filter((flag) => flag !== '-Wpedantic'),
      '-ffreestanding',
      '-fsyntax-only',
      check,
    ])
    for (const standard of CPLUSPLUS)
      execFileSync('g++', [`-std=${standard}`, ...WARNINGS, '-x', 'c++', '-fsyntax-only', check])
  })

  it.each(GUESTS)("virtio.env of '%s' says it to a shell", (guest) => {
    const document = documentIn(out, guest)
    const script = `set -eu; . "$1"; set | grep '^DOMFORGE_.*__'`
    const file = join(out, 'domains', guest, 'virtio.env')
    const shell = execFileSync('sh', ['-c', script, 'sh', file], { encoding: 'utf8' })
    const values = shell
      .trimEnd()
      .split('\n')
      .map((line) => line.replaceAll("'", '').split('=') as [string, string])
    const different = values.filter(([symbol, value]) => {
      if (symbol.endsWith('__CONFIG_BYTES')) return meaning(document, symbol) !== value
      const said = /^\d+$/.test(value) ? comparable(Number(value)) : comparable(value)
      return comparable(meaning(document, symbol)) !== said
    })
    expect(different).toEqual([])
    // In the header those are an initialiser, and no value.
    const plain = values.filter(([symbol]) => !symbol.endsWith('__CONFIG_BYTES'))
    expect(plain).toHaveLength(printed(join(out, 'domains', guest, 'virtio.h'), join(out, `again-${guest}`)).size)
  })
})

const RELEASES = ['bookworm', 'trixie'] as const

it.each(RELEASES)("a resource table is what Linux's structures and arithmetic read: %s", async (release) => {
  const header = readFileSync(await kernelHeader(release, 'linux/rsc_table.h'), 'utf8')
  const structures = [
    'struct resource_table',
    'struct fw_rsc_hdr',
    'struct fw_rsc_vdev_vring',
    'struct fw_rsc_vdev',
  ].map((start) => new RegExp(`^${start} \\{[^}]*\\} __packed;`, 'm').exec(header)?.[0] ?? `#error no ${start}`)
  const types = /^enum fw_resource_type \{[^}]*\};/m.exec(header)?.[0] ?? '#error no types'
  writeFileSync(join(folder, 'structures.h'), `${[types, ...structures].join('\n')}\n`)
  const reader = join(folder, 'resource-table')
  const source = new URL('resource-table.c', import.meta.url).pathname
  execFileSync('gcc', ['-Wall', '-Werror', `-I${folder}`, '-o', reader, source])
  const queues = { rx1: { size: 64 }, tx1: { size: 256 } }
  const config = { mac: '02:00:00:00:00:01' }
  const lines = {
    type: 'net',
    transport: 'static-shm',
    layout: 'resource-table',
    frontend: 'one',
    backend: 'two',
    memory: 'frames',
  }
  const link = {
    name: 'link',
    lines: { ...lines, features: ['mac', 'mrg-rxbuf'], queues, config, buffers: { count: 320, size: 1536 } },
  }
  const out = emitted('table', manifestOf(systemWith([link])))
  const document = documentIn(out, 'two')
  const table = join(out, 'domains/two/link.resource-table')
  const read = execFileSync(reader, [table, document.regions['frames']?.base ?? ''], { encoding: 'utf8' })
  const { queues: told, config: bytes } = linkIn(document)
  const rings = Object.values(told).map(({ index, size, parts }) => {
    const at = Number(parts['ring']?.offset)
    const usedAt = Math.ceil((16 * size + 2 * (3 + size)) / 64) * 64
    expect(Number(parts['ring']?.size)).toBeGreaterThanOrEqual(usedAt + 6 + 8 * size)
    return `pages of its own: 1\nqueue ${index} at ${at} entries ${size} used at ${usedAt} size ${usedAt + 6 + 8 * size}`
  })
  const features = (1 << 5) | (1 << 15)
  expect(read.trimEnd().split('\n')).toEqual([
    'status at 44',
    'notified by 2, a page begins at the table: 1',
    `device 1 features ${features} negotiated 0 status 0 queues 2 config 28`,
    ...rings.flatMap((lines) => lines.split('\n')),
    `bytes ${bytes?.bytes}`,
  ])
  expect(bytes?.bytes).toMatch(/^020000000001(00)+$/)
  expect(readFileSync(join(out, 'domains/two/virtio.h'), 'latin1')).toContain('RESOURCE_TABLE_BYTES')
})

describe('virtio-mmio devices', () => {
  const MMIO = 'transport: mmio, frontend: guest, backend: dom0'
  const out = emitted(
    'registers',
    manifestOf({
      config: 'ioreq.config',
      domains: [
        'dom0: { boot: dom0, kernel: { image: Image }, ramdisk: ramdisk, memory: 256MiB }',
        'guest: { boot: dom0less, kernel: { image: Image, config: modules.config }, ramdisk: ramdisk, memory: 64MiB, enhanced: enabled }',
        'other: { boot: xl, kernel: { image: Image }, memory: 64MiB }',
      ],
      end: [
        'virtio:',
        `  disk: { type: block, ${MMIO}, backend-program: { qemu: { drive: /srv/disk } } }`,
        `  lines: { type: gpio, ${MMIO}, grants: true }`,
        '  random: { type: entropy, transport: mmio, frontend: other, backend: dom0 }',
      ],
    }),
  )

  it.each(['dom0', 'guest', 'other'])("virtio.h, virtio.env and virtio.json of '%s' say the same", (name) => {
    const document = documentIn(out, name)
    const header = join(out, 'domains', name, 'virtio.h')
    const values = printed(header, join(out, `print-${name}`))
    expect(values.size).toBeGreaterThanOrEqual(11 * Object.keys(document.devices).length)
    expect([...values].filter(([symbol, value]) => comparable(meaning(document, symbol)) !== value)).toEqual([])
    const script = 'set -eu; . "$1"; echo "$DOMFORGE_DEVICES"; set | grep -c "^DOMFORGE_.*__"'
    const shell = execFileSync('sh', ['-c', script, 'sh', join(out, 'domains', name, 'virtio.env')], {
      encoding: 'utf8',
    })
    expect(shell).toBe(`${Object.keys(document.devices).map(capitals).join(' ')}\n${values.size}\n`)
  })

  it("the guest's tree has the registers and interrupts that its metadata say", async () => {
    const blob = join(out, 'domains/guest/passthrough.dtb')
    const source = readFileSync(join(out, 'domains/guest/passthrough.dts'), 'utf8')
    expect((await compiled(source)).equals(readFileSync(blob))).toBe(true)
    for (const device of Object.values(documentIn(out, 'guest').devices)) {
      if (device.transport !== 'mmio') throw new Error('not by registers')
      const path = `/passthrough/virtio@${device.base.slice(2)}`
      const get = (property: string): string =>
        execFileSync('fdtget', ['-t', 'x', blob, path, property], { encoding: 'utf8' }).trim()
      expect(get('reg')).toBe(`0 ${device.base.slice(2)} 0 ${device.size.slice(2)}`)
      expect(get('interrupts')).toBe(`0 ${(device.interrupt - 32).toString(16)} f01`)
      const iommu = execFileSync('fdtget', ['-t', 'x', blob, '/passthrough/xen_iommu', 'phandle'], { encoding: 'utf8' })
      const properties = execFileSync('fdtget', ['-p', blob, path], { encoding: 'utf8' }).trim().split('\n')
      expect(properties.includes('iommus')).toBe(device.grants)
      if (device.grants) expect(get('iommus')).toBe(`${iommu.trim()} 0`)
    }
  })
})

it.each(RELEASES)('Linux takes two queues of a device in a table: %s', async (release) => {
  const header = readFileSync(await kernelHeader(release, 'linux/remoteproc.h'), 'utf8')
  expect(header).toMatch(/^#define RVDEV_NUM_VRINGS\s+2$/m)
})

it("Zephyr's overlay is source that dtc takes, with the regions where the guest sees them", () => {
  const [first] = fc.sample(anyDevices, { numRuns: 1, seed: SEED })
  const parts = systemWith(first ?? [])
  const domains = (parts.domains ?? []).map((line) => line.replace('memory:', 'os: zephyr, memory:'))
  // Two names that make one label.
  const rename = (text: string): string => text.replaceAll('frames', 'a-b').replaceAll(/\blog\b/g, 'a.b')
  const out = emitted('zephyr', rename(manifestOf({ ...parts, domains })))
  const overlay = readFileSync(join(out, 'domains/one/virtio.overlay'), 'utf8')
  const board = '/dts-v1/;\n/ { #address-cells = <2>; #size-cells = <2>; };\n'
  const blob = spawnSync('dtc', ['-I', 'dts', '-O', 'dtb'], { input: board + overlay })
  expect(blob.status, String(blob.stderr)).toBe(0)
  expect(String(blob.stderr)).toBe('')
  writeFileSync(join(out, 'overlay.dtb'), blob.stdout)
  for (const { id, base, size } of Object.values(documentIn(out, 'one').regions)) {
    const node = `/reserved-memory/xen-shmem@${base.slice(2)}`
    const get = (type: string, property: string) =>
      execFileSync('fdtget', ['-t', type, join(out, 'overlay.dtb'), node, property], { encoding: 'utf8' }).trim()
    expect(get('s', 'xen,id')).toBe(id)
    expect(get('x', 'reg')).toBe(`0 ${base.slice(2)} 0 ${size.slice(2)}`)
  }
})

it('a partial tree has what virtio.json says, and dtc makes the same of it', async () => {
  bench.put('own.dts', '/dts-v1/;\n/ { passthrough { compatible = "simple-bus"; ranges; virtio-static-shm {}; }; };\n')
  for (const [name, devices] of systems.slice(0, 3)) {
    const parts = systemWith(devices)
    const domains = (parts.domains ?? []).map((line) => line.replace('memory:', 'device-tree: own.dts, memory:'))
    const out = emitted(`tree-${name.slice(0, 8).replace(' ', '-')}`, manifestOf({ ...parts, domains }))
    for (const guest of GUESTS) {
      const blob = join(out, 'domains', guest, 'passthrough.dtb')
      const source = readFileSync(join(out, 'domains', guest, 'passthrough.dts'), 'utf8')
      expect((await compiled(source)).equals(readFileSync(blob))).toBe(true)
      const told = documentIn(out, guest)
      const { regions } = told
      for (const [device, { role, region, deviceId, offset, size, features, queues, parts: own }] of layoutsIn(told)) {
        const get = (type: string, property: string): string =>
          execFileSync('fdtget', ['-t', type, blob, `/passthrough/virtio-static-shm-1/${device}`, property], {
            encoding: 'utf8',
          }).trim()
        const wide = (...values: (string | undefined)[]): string =>
          values
            .flatMap((value) => [BigInt(value ?? 0) >> 32n, BigInt(value ?? 0) & 0xffffffffn])
            .map((cell) => cell.toString(16))
            .join(' ')
        const { id, base, size: length } = regions[region] ?? {}
        expect([get('s', 'role'), get('s', 'region-id'), get('u', 'device-id')]).toEqual([role, id, `${deviceId}`])
        expect([get('x', 'region'), get('x', 'device')]).toEqual([wide(base, length), wide(offset, size)])
        expect([get('x', 'features'), get('s', 'queues')]).toEqual([wide(features.bits), Object.keys(queues).join(' ')])
        expect(get('u', 'queue-sizes')).toBe(
          Object.values(queues)
            .map((queue) => queue.size)
            .join(' '),
        )
        expect(get('u', 'queue-ports')).toBe(
          Object.values(queues)
            .map((queue) => queue.notify?.port ?? 0)
            .join(' '),
        )
        for (const kind of ['descriptors', 'available', 'used', 'ring'].filter(
          (part) => Object.values(queues)[0]?.parts[part],
        ))
          expect(get('x', kind)).toBe(wide(...Object.values(queues).map((queue) => queue.parts[kind]?.offset)))
        if (own['buffers']) expect(get('x', 'buffers')).toBe(wide(own['buffers'].offset))
      }
    }
  }
})

it('every name that a device may have gives names of C, C++ and shells, which differ where the manifest does', () => {
  const names = [
    'int',
    'class',
    'a.b-c__d',
    'A1bC2',
    'x-',
    'y.',
    'Z',
    'static-vrings',
    'within',
    'assert',
    'version',
    'constructor',
  ]
  const devices = names.map((name) => ({
    name,
    lines: { ...RPMSG_LINK, queues: { rx: { size: 4 }, tx: { size: 4 } } },
  }))
  const out = emitted('names', manifestOf(systemWith(devices)))
  const header = join(out, 'domains/one/virtio.h')
  const lines = readFileSync(header, 'utf8').matchAll(/^#define (\w+)/gm)
  const defined = [...lines].flatMap(([, name]) => name ?? [])
  expect(defined.length).toBeGreaterThan(30 * names.length)
  // The macro of each language is written once for both.
  expect(defined.filter((name, index) => defined.indexOf(name) !== index)).toEqual(['DOMFORGE_ASSERT'])
  const symbols = defined.filter((name) => name.includes('__'))
  const values = symbols.map((name) => `(void)sizeof(${name});`).join('\n')
  for (const [compiler, language, options] of [
    ['gcc', 'c', STRICT],
    ...CPLUSPLUS.map((standard) => ['g++', 'c++', [`-std=${standard}`, ...WARNINGS]] as const),
  ] as const) {
    const program = join(out, 'names.c')
    writeFileSync(program, `#include "${header}"\nint main(void) {\n${values}\nreturn 0; }\n`)
    execFileSync(compiler, [...options, '-x', language, '-fsyntax-only', program])
  }
  for (const shell of ['dash', 'bash']) {
    const script =
      'set -eu; . "$1"; for device in $DOMFORGE_DEVICES; do eval "echo \\$DOMFORGE_"$device"__TYPE"; done; set'
    const told = execFileSync(shell, ['-c', script, shell, join(out, 'domains/one/virtio.env')], { encoding: 'utf8' })
    expect(told.split('\n').slice(0, names.length)).toEqual(names.map(() => 'rpmsg'))
    for (const name of symbols) expect(told).toContain(`\n${name}=`)
  }
})

it('a hostile name of the system leaves a C header, a shell file and a document of their own kinds', () => {
  const hostile = 'a"b\\c */ ??/ /* /*/ $(touch owned) `x` %s é'
  const [first] = fc.sample(anyDevices, { numRuns: 1, seed: SEED })
  const manifest = manifestOf(systemWith(first ?? [])).replace('name: near-miss', `name: ${JSON.stringify(hostile)}`)
  const out = emitted('hostile', manifest)
  const header = join(out, 'domains/one/virtio.h')
  writeFileSync(
    join(out, 'say.c'),
    `#include "${header}"\n#include <stdio.h>\nint main(void) { puts(DOMFORGE_SYSTEM); return 0; }\n`,
  )
  execFileSync('gcc', [...STRICT, '-trigraphs', '-o', join(out, 'say'), join(out, 'say.c')])
  expect(execFileSync(join(out, 'say'), { encoding: 'utf8' })).toBe(`${hostile}\n`)
  const script = 'set -eu; cd "$2"; . "$1"; printf %s "$DOMFORGE_SYSTEM"'
  const said = execFileSync('sh', ['-c', script, 'sh', join(out, 'domains/one/virtio.env'), out], { encoding: 'utf8' })
  expect(said).toBe(hostile)
  expect(documentIn(out, 'one').system).toBe(hostile)
})

describe("Zephyr's overlay of virtio-mmio devices", () => {
  const MMIO = 'transport: mmio, frontend: guest, backend: dom0'
  const out = emitted(
    'zephyr-registers',
    manifestOf({
      config: 'ioreq.config',
      domains: [
        'dom0: { boot: dom0, kernel: { image: Image, bootargs: panic=5 }, ramdisk: ramdisk, memory: 256MiB }',
        'guest: { boot: xl, kernel: { image: Image }, memory: 64MiB, os: zephyr, lifecycle: { on-crash: stop } }',
      ],
      end: [
        'virtio:',
        `  net.0: { type: net, ${MMIO}, backend-program: { qemu: { tap: t0, mac: "02:00:00:00:00:01" } } }`,
        `  disk: { type: block, ${MMIO} }`,
        `  random: { type: entropy, ${MMIO} }`,
      ],
    }),
  )
  const overlay = readFileSync(join(out, 'domains/guest/virtio.overlay'), 'utf8')
  const blob = join(out, 'overlay.dtb')
  const get = (type: string, node: string, property: string): string =>
    execFileSync('fdtget', ['-t', type, blob, node, property], { encoding: 'utf8' }).trim()

  it('is source that dtc takes, with the numbers of virtio.json', () => {
    const gic =
      'gic: interrupt-controller@3001000 { reg = <0 0x3001000 0 0x1000 0 0x3002000 0 0x2000>; #interrupt-cells = <4>; #address-cells = <0>; interrupt-controller; };'
    const board = `/dts-v1/;\n/ { #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>; ${gic} };\n`
    const made = spawnSync('dtc', ['-@', '-I', 'dts', '-O', 'dtb', '-o', blob], { input: board + overlay })
    expect([made.status, String(made.stderr)]).toEqual([0, ''])
    const { devices } = documentIn(out, 'guest')
    expect(Object.keys(devices)).toHaveLength(3)
    for (const [name, device] of Object.entries(devices)) {
      if (device.transport !== 'mmio') throw new Error('not by registers')
      const node = `/virtio-devices/virtio@${device.base.slice(2)}`
      expect(get('s', '/__symbols__', `virtio_${name.replaceAll(/\W/g, '_')}`)).toBe(node)
      expect(get('s', node, 'compatible')).toBe('virtio,mmio')
      expect(get('x', node, 'reg')).toBe(`0 ${device.base.slice(2)} 0 ${device.size.slice(2)}`)
      // Shared, numbered from INTID 32 on, edge, and the priority that Zephyr's boards give.
      expect(get('u', node, 'interrupts')).toBe(`0 ${device.interrupt - 32} 4 160`)
    }
    expect(get('bx', '/virtio-devices/virtio@2000200/device', 'local-mac-address')).toBe('2 0 0 0 0 1')
    expect(overlay).not.toContain('reserved-memory')
  })

  it('is not made of devices that the guest serves', () => {
    expect(
      execFileSync('fdtget', ['-l', blob, '/virtio-devices'], { encoding: 'utf8' }).trim().split('\n'),
    ).toHaveLength(3)
  })
})
