/** Devices that just keep to the specification, and to what Linux takes: no finding. */
import { afterAll, describe, expect, it } from 'vitest'
import { Bench, codesOf, type ManifestParts, manifestOf } from '../../support/checks/systems.ts'
import { systemWith } from '../../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const vrings = { transport: 'static-shm', layout: 'static-vrings', frontend: 'one', backend: 'two', memory: 'frames' }
const table = { ...vrings, layout: 'resource-table', memory: 'low' }
/** Its frontend writes first; in all others the backend does. */
const zephyr = { ...table, layout: 'zephyr-static-vrings', type: 'rpmsg', notify: 'kick' }

/** With a region that both guests see at one address. */
function manifestWith(devices: readonly object[], os: Readonly<Record<string, string>> = {}): string {
  const parts = systemWith(devices.map((lines, index) => ({ name: `link${index}`, lines: { ...lines } })))
  const first = devices.includes(zephyr) ? 'one' : 'two'
  const low = `  low: { size: 16MiB, initialised-by: ${first}, access: { one: { guest-address: 0x70000000 }, two: { guest-address: 0x70000000 } } }`
  const end = (parts.end ?? []).flatMap((line) => (line === 'shared-memory:' ? [line, low] : [line]))
  const domains = (parts.domains ?? []).map((line) => {
    const own = os[line.slice(0, line.indexOf(':'))]
    return own === undefined ? line : line.replace('memory:', `os: ${own}, memory:`)
  })
  return manifestOf({ ...parts, domains, end } satisfies ManifestParts)
}

const buffersOf = (size: number) => ({ count: 2, size })
const small = { rx: { size: 2 }, tx: { size: 2 } }
const unequal = { rx: { size: 16 }, tx: { size: 8 } }

describe.each<[string, string[], readonly object[], Readonly<Record<string, string>>?]>([
  [
    'counts that are written and agree',
    [],
    [{ ...vrings, type: 'block', features: ['mq'], config: { 'num-queues': 1 } }],
  ],
  [
    'two pairs with rss, which counts them as mq does',
    [],
    [
      {
        ...vrings,
        type: 'net',
        features: ['rss', 'ctrl-vq'],
        queues: { rx1: {}, tx1: {}, rx2: {}, tx2: {}, controlq: {} },
      },
    ],
  ],
  ['a request queue of two descriptors', [], [{ ...vrings, type: 'block', queues: { requestq: { size: 2 } } }]],
  [
    'a queue without answers of one descriptor',
    [],
    [{ ...vrings, type: 'net', queues: { rx: { size: 1 }, tx: { size: 1 } } }],
  ],
  [
    'a queue of FORGET requests of one descriptor',
    [],
    [{ ...vrings, type: 'fs', queues: { hiprio: { size: 1 }, request: {} } }],
  ],
  ['buffers of one frame', [], [{ ...vrings, type: 'net', queues: small, buffers: buffersOf(1526) }]],
  [
    'buffers of one small frame',
    [],
    [{ ...vrings, type: 'net', features: ['mtu'], config: { mtu: 600 }, queues: small, buffers: buffersOf(626) }],
  ],
  [
    'small buffers that make up a frame',
    [],
    [{ ...vrings, type: 'net', features: ['mrg-rxbuf'], queues: small, buffers: buffersOf(256) }],
  ],
  [
    'buffers of one sector',
    [],
    [{ ...vrings, type: 'block', queues: { requestq: { size: 2 } }, buffers: buffersOf(512) }],
  ],
  [
    'small buffers of a table, whose driver may chain them',
    [],
    [{ ...table, type: 'net', queues: small, buffers: buffersOf(256) }],
  ],
  [
    'two queues of one size, buffers of 512 bytes',
    [],
    [{ ...table, type: 'rpmsg', queues: small, buffers: buffersOf(512) }],
  ],
  [
    'a table whose driver is not Linux',
    [],
    [{ ...table, type: 'rpmsg', queues: unequal, buffers: { ...buffersOf(256), count: 3 } }],
    { one: 'zephyr' },
  ],
  [
    'rpmsg over vrings of our own',
    [],
    [{ ...vrings, type: 'rpmsg', queues: unequal, buffers: { ...buffersOf(256), count: 3 } }],
  ],
  ['the header of rpmsg and one byte', [], [{ ...vrings, type: 'rpmsg', queues: small, buffers: buffersOf(17) }]],
  [
    'the announcement of a name',
    [],
    [{ ...table, type: 'rpmsg', features: ['ns'], queues: unequal, buffers: { ...buffersOf(56), count: 3 } }],
    { one: 'zephyr' },
  ],
  [
    'a channel for each device',
    [],
    [
      { ...vrings, type: 'rpmsg', notify: 'kick' },
      { ...vrings, type: 'console', notify: 'wake' },
    ],
  ],
  [
    'one channel where no end is Linux',
    [],
    [
      { ...vrings, type: 'rpmsg', notify: 'kick' },
      { ...vrings, type: 'console', notify: 'kick' },
    ],
    { one: 'zephyr', two: 'zephyr' },
  ],
  ['a device for stock Zephyr', [], [zephyr]],
  [
    'one with all that may be said of it',
    [],
    [
      {
        ...{ ...zephyr, frontend: 'two', backend: 'one' },
        features: ['ns'],
        queues: { rx: { size: 16, notify: 'kick' }, tx: { size: 16, notify: 'wake' } },
        buffers: { count: 32, size: 192 },
      },
    ],
    { two: 'zephyr' },
  ],
  [
    'a frame that is larger by its configuration',
    ['VIO-019'],
    [{ ...vrings, type: 'net', features: ['mtu'], config: { mtu: 9000 }, queues: small, buffers: buffersOf(9025) }],
  ],
  [
    'a larger header',
    ['VIO-019'],
    [{ ...vrings, type: 'net', features: ['hash-report'], queues: small, buffers: buffersOf(1533) }],
  ],
])('%s', (_, codes, devices, os) => {
  it(codes.length === 0 ? 'is no problem' : `is ${codes.join()}`, () => {
    expect(codesOf(bench.buildText(manifestWith(devices, os)))).toEqual(codes)
  })
})

describe('a guest of Zephyr with a virtio-mmio device', () => {
  const guest = (more: string): string =>
    manifestOf({
      config: 'ioreq.config',
      domains: [
        'dom0: { boot: dom0, kernel: { image: Image, bootargs: panic=5 }, ramdisk: ramdisk, memory: 256MiB }',
        `guest: { boot: xl, kernel: { image: Image }, memory: 64MiB, ${more} }`,
      ],
      end: ['virtio:', '  net: { type: net, transport: mmio, frontend: guest, backend: dom0, grants: false }'],
    })

  it.each([
    ['that the supervisor keeps paused until it is served', [], 'os: zephyr, lifecycle: { on-crash: stop }'],
    ['that anybody creates', ['VIO-030'], 'os: zephyr'],
    ['in its place Linux, which may load its driver later', [], 'ramdisk: ramdisk, os: linux'],
  ])('%s', (_, codes, more) => {
    expect(codesOf(bench.buildText(guest(more)))).toEqual(codes)
  })
})
