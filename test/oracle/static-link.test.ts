/** The example in C, both ends as programs of this machine over a file that both map: what is the same on every machine is tried here. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emitAll } from '../../src/emit/registry.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'
import { systemWith } from '../support/virtio/arbitrary-devices.ts'

const example = new URL('../../examples/static-link', import.meta.url).pathname
const LIBRARY = ['static-link.c', 'messages.c', 'config.c', 'split-ring.c', 'packed-ring.c'].map((name) =>
  join(example, name),
)
const core = [...LIBRARY, join(example, 'linux/exchange.c')]
const STRICT = [
  ...['-std=c11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra', '-Wpedantic', '-Wconversion', '-Wno-sign-conversion'],
  ...['-Wshadow', '-Werror'],
] as const

const folder = mkdtempSync(join(tmpdir(), 'domforge-link-'))
const bench = new Bench()
afterAll(() => {
  bench.remove()
  rmSync(folder, { recursive: true, force: true })
})

const link = (size: number) => ({
  name: 'link',
  lines: {
    type: 'rpmsg',
    transport: 'static-shm',
    layout: 'static-vrings',
    frontend: 'one',
    backend: 'two',
    memory: 'frames',
    queues: { rx: { size: 32 }, tx: { size: 16 } },
    buffers: { count: 48, size },
  },
})

/** A network device with its configuration, and a second one with packed queues, beside each other in one region. */
const several = [
  {
    name: 'link',
    lines: { ...link(512).lines, buffers: { count: 24, size: 512 } },
  },
  {
    name: 'eth',
    lines: {
      ...{ type: 'net', transport: 'static-shm', layout: 'static-vrings', frontend: 'two', backend: 'one' },
      memory: 'frames',
      features: ['mac', 'mtu', 'ring-packed', 'mrg-rxbuf'],
      config: { mac: '02:00:00:00:00:2a', mtu: 1500 },
      queues: { rx: { size: 12 }, tx: { size: 7 } },
      buffers: { count: 19, size: 300 },
    },
  },
]

/** What both guests are told, in a folder. */
function emitted(name: string, devices: Parameters<typeof systemWith>[0]): string {
  const { assembly } = bench.outcomeOf(manifestOf(systemWith(devices)))
  if (!assembly) throw new Error('nothing was assembled')
  for (const { path, contents } of emitAll(assembly)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true })
    writeFileSync(join(folder, name, path), contents)
  }
  return join(folder, name, 'domains')
}

const domains = emitted('usual', [link(1000)])
const program = join(folder, 'exchange')
beforeAll(() => {
  execFileSync('gcc', [...STRICT, '-o', program, ...core, join(example, 'linux/environment.c')])
})

/** A region with what was there before. */
function region(name: string, fill: (index: number) => number): string {
  const file = join(folder, name)
  writeFileSync(
    file,
    Uint8Array.from({ length: 16 << 20 }, (_, index) => fill(index)),
  )
  return file
}

interface Ended {
  readonly status: number | null
  readonly signal: string | null
  readonly lines: readonly string[]
}

function run(
  guest: string,
  where: string,
  exchanges: number,
  more: readonly string[] = [],
  from = domains,
): Promise<Ended> {
  const own = ['--env', join(from, guest, 'virtio.env'), '--region', where]
  if (!more.includes('--device')) own.push('--device', 'DOMFORGE_LINK__')
  // The first of two counts.
  const child = spawn(program, [...own, ...more, '--messages', '3000', '--exchanges', `${exchanges}`])
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return new Promise((resolve) => {
    child.once('close', (status, signal) => resolve({ status, signal, lines: text.trimEnd().split('\n') }))
  })
}

const DIE = ['--die-after', '200']

describe('both ends exchange thousands of messages', () => {
  it.each([
    ['zeros', () => 0],
    ['ones', () => 255],
    ['anything', (index: number) => (index * 2654435761) >>> 13],
  ] as const)('in memory that held %s before', { timeout: 60_000 }, async (name, fill) => {
    const where = region(name, fill)
    const [driver, device] = await Promise.all([run('one', where, 2), run('two', where, 2)])
    expect([driver.status, device.status]).toEqual([0, 0])
    for (const { lines } of [driver, device])
      expect(lines.filter((line) => line.startsWith('complete: 3000 sent, 3000 received'))).toHaveLength(2)
  })

  it('and begin anew when the driver is killed', { timeout: 60_000 }, async () => {
    const where = region('driver', () => 7)
    const device = run('two', where, 1)
    expect(await run('one', where, 1, DIE)).toMatchObject({ signal: 'SIGKILL' })
    const driver = await run('one', where, 1)
    expect([driver.status, (await device).status]).toEqual([0, 0])
    expect((await device).lines).toContainEqual(expect.stringMatching(/^lost: peer generation \d+ became \d+$/))
  })

  it('and begin anew when the device is killed', { timeout: 60_000 }, async () => {
    const where = region('device', () => 7)
    const driver = run('one', where, 1)
    expect(await run('two', where, 1, DIE)).toMatchObject({ signal: 'SIGKILL' })
    const device = await run('two', where, 1)
    expect([device.status, (await driver).status]).toEqual([0, 0])
    expect((await driver).lines).toContainEqual(expect.stringMatching(/^lost: peer generation \d+ became \d+$/))
  })
})

it('several devices of one program, split and packed, each end of one kind and of the other; the driver reads the configuration', {
  timeout: 60_000,
}, async () => {
  const where = region('several-memory', (index) => (index * 2654435761) >>> 13)
  const from = emitted('several', several)
  const both = ['--device', 'DOMFORGE_LINK__', '--device', 'DOMFORGE_ETH__']
  const [one, two] = await Promise.all([run('one', where, 2, both, from), run('two', where, 2, both, from)])
  expect([one.status, two.status]).toEqual([0, 0])
  for (const { lines } of [one, two])
    for (const device of ['LINK', 'ETH'])
      expect(
        lines.filter((line) => line.startsWith(`DOMFORGE_${device}__ complete: 3000 sent, 3000 received`)),
      ).toHaveLength(2)
  // virtio 1.4 §5.1.4: mac, status, max_virtqueue_pairs, mtu.
  expect(two.lines[0]).toMatch(/^configuration: 02000000002a00000000dc05/)
  expect(one.lines.filter((line) => line.startsWith('configuration'))).toEqual([])
})

it('ends that were built for different layouts refuse each other', { timeout: 60_000 }, async () => {
  const where = region('different', () => 0)
  const other = emitted('other', [link(2000)])
  const [driver, device] = await Promise.all([run('one', where, 1, [], other), run('two', where, 1)])
  expect(driver).toMatchObject({ status: 1, lines: ['another layout after 0 sent and 0 received'] })
  expect(device.status).toBe(1)
})

it('indices go on past 65535, and packed queues of odd sizes turn over', { timeout: 120_000 }, async () => {
  const common = { type: 'console', transport: 'static-shm', layout: 'static-vrings', frontend: 'one', backend: 'two' }
  const ends = { ...common, memory: 'frames', buffers: { count: 96, size: 16 } }
  const from = emitted('wrapping', [
    { name: 'link', lines: { ...ends, queues: { receiveq: { size: 64 }, transmitq: { size: 32 } } } },
    {
      name: 'odd',
      lines: { ...ends, features: ['ring-packed'], queues: { receiveq: { size: 57 }, transmitq: { size: 39 } } },
    },
  ])
  const where = region('wrapping-memory', (index) => (index * 2654435761) >>> 13)
  const both = ['--device', 'DOMFORGE_LINK__', '--device', 'DOMFORGE_ODD__', '--messages', '70000']
  const ended = await Promise.all(['one', 'two'].map((guest) => run(guest, where, 1, both, from)))
  for (const { status, lines } of ended) {
    expect(status).toBe(0)
    expect(lines.filter((line) => line.includes('complete: 70000 sent, 70000 received'))).toHaveLength(2)
  }
})

describe('the program says of a device what it cannot serve', () => {
  const pairs = Array.from({ length: 5 }, (_, index) => [`rx${index + 1}`, `tx${index + 1}`]).flat()
  const sizes = (names: readonly string[], size: number) => Object.fromEntries(names.map((name) => [name, { size }]))
  it.each<[string, object]>([
    [
      'buffers of 7 bytes: a message takes 8',
      { type: 'console', queues: sizes(['receiveq', 'transmitq'], 16), buffers: { count: 32, size: 7 } },
    ],
    [
      'buffers of 23 bytes: a message takes 24',
      { type: 'rpmsg', queues: sizes(['rx', 'tx'], 16), buffers: { count: 32, size: 23 } },
    ],
    [
      '11 queues: compile with -DSTATIC_LINK_MOST_QUEUES=11',
      {
        ...{ type: 'net', features: ['mq', 'ctrl-vq'], queues: sizes([...pairs, 'controlq'], 4) },
        buffers: { count: 44, size: 1526 },
      },
    ],
    [
      '1025 buffers in a queue: compile with -DSTATIC_LINK_MOST_BUFFERS=1025',
      {
        ...{ type: 'console', features: ['ring-packed'], queues: sizes(['receiveq', 'transmitq'], 1025) },
        buffers: { count: 2050, size: 64 },
      },
    ],
    [
      'no queue carries messages one way',
      { type: 'block', config: { capacity: 8 }, queues: sizes(['requestq'], 16), buffers: { count: 16, size: 512 } },
    ],
  ])('%s', (line, device) => {
    const common = { transport: 'static-shm', layout: 'static-vrings', frontend: 'one', backend: 'two' }
    const from = emitted('unserved', [{ name: 'link', lines: { ...common, memory: 'frames', ...device } }])
    const where = region('unserved-memory', () => 0)
    const options = ['--region', where, '--messages', '1', '--exchanges', '1', '--device', 'DOMFORGE_LINK__']
    for (const guest of ['one', 'two']) {
      const own = ['--env', join(from, guest, 'virtio.env'), ...options]
      const { status, stderr } = spawnSync(program, own, { encoding: 'utf8', timeout: 10_000 })
      expect([status, stderr]).toEqual([2, `${line}\n`])
    }
  })
})

it('the core has the words of the header where the metadata says', () => {
  const words = { IDENTITY: ['MAGIC', 'VERSION', 'HASH', 'DEVICE_ID', 'QUEUE_COUNT', 'FEATURES'] }
  const states = {
    DEVICE_STATE: ['GENERATION', 'STATUS', 'PEER', 'CONFIG_GENERATION'],
    DRIVER_STATE: ['GENERATION', 'STATUS', 'PEER'],
  }
  const same = Object.entries({ ...words, ...states }).flatMap(([part, names]) =>
    names.map((name) => `_Static_assert(${name} == DOMFORGE_STATIC_VRINGS__${part}_${name}_AT, "${part} ${name}");`),
  )
  const more = [
    'DRIVER_HASH == DOMFORGE_STATIC_VRINGS__DRIVER_STATE_HASH_AT',
    'MAGIC_VALUE == DOMFORGE_STATIC_VRINGS__MAGIC',
  ]
  const statuses = ['RESET', 'READY', 'REFUSED'].map((name) => `${name} == DOMFORGE_STATIC_VRINGS__STATUS_${name}`)
  const asserts = [...same, ...[...more, ...statuses].map((one) => `_Static_assert(${one}, "");`)]
  const file = join(folder, 'words.c')
  writeFileSync(file, [`#include "${join(example, 'ends.h')}"`, '#include "virtio.h"', ...asserts, ''].join('\n'))
  execFileSync('gcc', [...STRICT, `-I${join(domains, 'one')}`, '-fsyntax-only', file])
})

it('the core needs no system, and takes the header', () => {
  const names = ['-DQUEUES=SPLIT(RX) SPLIT(TX)', '-DDEVICE=DOMFORGE_LINK__', '-DLAYOUT_HEADER="virtio.h"']
  for (const guest of ['one', 'two'])
    execFileSync('gcc', [...STRICT, ...names, `-I${join(domains, guest)}`, '-o', join(folder, guest), ...core])
  const needed = LIBRARY.flatMap((source) => {
    const bare = ['-ffreestanding', '-nostdlib', '-c', '-o', join(folder, 'bare.o'), source]
    execFileSync('aarch64-linux-gnu-gcc', [...STRICT, ...bare])
    const undefinedOnes = execFileSync('aarch64-linux-gnu-nm', ['-u', join(folder, 'bare.o')], { encoding: 'utf8' })
    return [...undefinedOnes.matchAll(/\bU (\w+)$/gm)].map(([, name = '']) => name)
  })
  expect([...new Set(needed)].filter((name) => !name.startsWith('static_link_')).toSorted()).toEqual([
    'memcpy',
    'memset',
  ])
  expect(readFileSync(join(example, 'README.md'), 'utf8')).toContain('`memcpy` and `memset`')
})
