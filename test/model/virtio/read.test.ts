/** What the section `virtio` means: queues and their indices, features, configuration bytes. */
import { afterAll, describe, expect, it } from 'vitest'
import type { PlannedStaticShm } from '../../../src/plan/virtio/planned-virtio.ts'
import { staticShmOf } from '../../../src/plan/virtio/planned-virtio.ts'
import { Bench, codesOf, manifestOf } from '../../support/checks/systems.ts'
import { systemWith } from '../../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const usual = { transport: 'static-shm', layout: 'static-vrings', frontend: 'one', backend: 'two', memory: 'frames' }
const manifest = (lines: object): string => manifestOf(systemWith([{ name: 'link', lines: { ...usual, ...lines } }]))

function planned(lines: object): PlannedStaticShm {
  const { plan, findings } = bench.outcomeOf(manifest(lines))
  expect(findings.all.filter(({ severity }) => severity === 'error')).toEqual([])
  const [device] = staticShmOf(plan?.virtio ?? [])
  if (!device) throw new Error('no device')
  return device
}

const queuesOf = (lines: object): string =>
  planned(lines)
    .layout.queues.map(({ queue, index }) => `${index} ${queue.name} ${queue.size}`)
    .join(', ')

describe('queues have the indices of the specification', () => {
  it.each<[string, object, string]>([
    ['of a pair without numbers', { type: 'net', queues: { tx: { size: 8 }, rx: { size: 4 } } }, '0 rx 4, 1 tx 8'],
    [
      'of two pairs and the queue behind them',
      {
        type: 'net',
        features: ['mq', 'ctrl-vq'],
        queues: { controlq: {}, rx1: {}, tx1: {}, rx2: {}, tx2: {} },
      },
      '0 rx1 64, 1 tx1 64, 2 rx2 64, 3 tx2 64, 4 controlq 64',
    ],
    ['that the manifest leaves out', { type: 'sound' }, '0 controlq 64, 1 eventq 64, 2 txq 64, 3 rxq 64'],
    [
      'that come with a feature',
      { type: 'fs', features: ['notification'] },
      '0 hiprio 64, 1 notification 64, 2 request 64',
    ],
    [
      'behind one that is not there',
      { type: 'fs', queues: { hiprio: {}, request1: {}, request2: {} } },
      '0 hiprio 64, 1 request1 64, 2 request2 64',
    ],
    [
      'of a console with ports',
      { type: 'console', features: ['multiport'] },
      '0 receiveq 64, 1 transmitq 64, 2 control-receiveq 64, 3 control-transmitq 64, 4 port-receiveq 64, 5 port-transmitq 64',
    ],
    [
      'of any size where they are packed',
      { type: 'entropy', features: ['ring-packed'], queues: { requestq: { size: 100 } } },
      '0 requestq 100',
    ],
  ])('%s', (_, lines, queues) => expect(queuesOf(lines)).toBe(queues))
})

describe('refused are queues', () => {
  it.each<[string, object, string[]]>([
    ['of another type', { type: 'block', queues: { requestq: {}, rx: {} } }, ['VIO-003']],
    ['numbered from another number', { type: 'net', queues: { rx0: {}, tx0: {} } }, ['VIO-003']],
    ['with and without number', { type: 'net', queues: { rx: {}, tx: {}, rx1: {}, tx1: {} } }, ['VIO-003']],
    ['with a gap', { type: 'block', features: ['mq'], queues: { requestq1: {}, requestq3: {} } }, ['VIO-003']],
    ['of no size', { type: 'block', queues: { requestq: { size: 0 } } }, ['VIO-002']],
    ['with a channel that is none', { type: 'block', queues: { requestq: { notify: 'kik' } } }, ['REF-009']],
  ])('%s', (_, lines, codes) => {
    const found = codesOf(bench.buildText(manifest(lines)))
    expect([...new Set(found)]).toEqual(codes)
  })
})

describe('features', () => {
  it('are those of the manifest, and what the layout cannot do without', () => {
    const { layout } = planned({ type: 'net', features: ['mac', 'event-idx', 'version-1'] })
    expect(layout.features.bits).toBe((1n << 5n) | (1n << 29n) | (1n << 32n) | (1n << 33n) | (1n << 36n))
  })

  it('of a resource table are those of the manifest alone', () => {
    expect(planned({ type: 'rpmsg', layout: 'resource-table', features: ['ns'] }).layout.features.bits).toBe(1n)
  })
})

describe('the configuration', () => {
  it('is little-endian, each field where the specification has it', () => {
    const { config } = planned({
      type: 'net',
      features: ['mac', 'mtu', 'speed-duplex', 'ctrl-vq', 'mq'],
      config: { mac: '02:00:5e:10:00:0f', mtu: 1500, speed: '0x1_0000', 'max-virtqueue-pairs': 1 },
    }).device
    expect(Buffer.from(config.bytes).toString('hex')).toBe(
      ['02005e10000f', '0000', '0100', 'dc05', '00000100', '00', '00', '0000', '00000000', '00000000'].join(''),
    )
  })

  it.each<[string, object, string]>([
    ['block', { features: ['mq'], queues: { requestq1: {}, requestq2: {} } }, 'num-queues 2'],
    ['block', { queues: { requestq: {} } }, ''],
    ['net', { features: ['rss', 'ctrl-vq'] }, 'max-virtqueue-pairs 1'],
    ['scsi', {}, 'num-queues 1'],
    ['fs', { queues: { hiprio: {}, request1: {}, request2: {} } }, 'num-request-queues 2'],
    ['crypto', { queues: { dataq1: {}, dataq2: {}, dataq3: {}, controlq: {} } }, 'max-dataqueues 3'],
    ['console', { features: ['multiport'] }, 'max-nr-ports 2'],
    ['console', {}, ''],
  ])('counts the queues of %s by itself: %o', (type, lines, counts) => {
    const { config } = planned({ type, ...lines }).device
    expect(config.values.map(({ field, value }) => `${field} ${value}`).join()).toBe(counts)
    const bytes = [...config.bytes].filter((byte) => byte !== 0)
    expect(bytes).toEqual(counts === '' ? [] : [Number(counts.split(' ')[1])])
  })

  it('holds texts, and tags behind their length', () => {
    const named = planned({ type: 'fs', config: { tag: 'data', 'num-request-queues': 1 } }).device.config.bytes
    expect(Buffer.from(named).toString('latin1').replaceAll('\0', '.')).toBe(`data${'.'.repeat(32)}\x01.......`)
    const tagged = planned({ type: '9p', features: ['mount-tag'], config: { tag: 'root' } }).device.config.bytes
    expect(Buffer.from(tagged).toString('latin1')).toBe('\x04\0root')
  })

  it.each<[string, object]>([
    ['a number that is too large', { type: 'net', features: ['mtu'], config: { mtu: 65536 } }],
    ['a number beyond 64 bits', { type: 'vsock', config: { 'guest-cid': '0x1_0000_0000_0000_0000' } }],
    ['a text that is too long', { type: 'media', config: { card: 'x'.repeat(33) } }],
    ['a text with a line break', { type: 'media', config: { card: 'a\nb' } }],
    ['half a MAC address', { type: 'net', features: ['mac'], config: { mac: '02:00:00' } }],
    ['a MAC address that is a number', { type: 'net', features: ['mac'], config: { mac: 5 } }],
  ])('does not take %s', (_, lines) => expect(codesOf(bench.buildText(manifest(lines)))).toEqual(['VIO-005']))
})

describe('buffers', () => {
  it('are dealt out by size, and begin at cache lines', () => {
    const { layout } = planned({
      type: 'net',
      queues: { rx: { size: 64 }, tx: { size: 16 } },
      buffers: { count: 40, size: 1526 },
    })
    expect(layout.queues.map(({ buffers }) => buffers)).toEqual([
      { first: 0, count: 32 },
      { first: 32, count: 8 },
    ])
    expect(layout.buffers).toMatchObject({ count: 40, size: 1526n, stride: 1536n })
  })
})

it('two devices of one region, and queues with channels of their own, are no problem', () => {
  const first = { ...usual, type: 'net', queues: { rx: { notify: 'kick' }, tx: { notify: 'wake' } } }
  const second = { ...usual, type: 'console', frontend: 'two', backend: 'one' }
  const { plan, findings } = bench.outcomeOf(
    manifestOf(
      systemWith([
        { name: 'a', lines: first },
        { name: 'b', lines: second },
      ]),
    ),
  )
  expect(findings.all).toEqual([])
  expect(staticShmOf(plan?.virtio ?? []).map(({ channels }) => channels.map(({ channel }) => channel.name))).toEqual([
    ['kick', 'wake'],
    [],
  ])
  expect(staticShmOf(plan?.virtio ?? []).map(({ place }) => Number(place.value.base) % 64)).toEqual([0, 0])
})

it('a type, a transport or a layout that is not there yet is refused as a value', () => {
  for (const lines of [{ type: 'nett' }, { type: 'net', transport: 'pci' }, { type: 'net', layout: 'static-vring' }])
    expect(codesOf(bench.buildText(manifest(lines)))).toEqual(['MAN-013'])
})
