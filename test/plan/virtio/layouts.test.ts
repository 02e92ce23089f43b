/** Where everything lies in both layouts, byte by byte, and what both ends compare. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DEVICE_TYPES } from '../../../src/devices/registry.ts'
import type { StaticShmDevice, VirtioQueue } from '../../../src/model/virtio/device.ts'
import { appendParts } from '../../../src/plan/virtio/append-parts.ts'
import { type DeviceLayout, layoutFeatures, partOf, sizeOfBuffers } from '../../../src/plan/virtio/device-layout.ts'
import { layoutHash } from '../../../src/plan/virtio/layout-hash.ts'
import {
  devicesOf,
  type PlannedStaticShm,
  peerOf,
  portOf,
  regionSeenBy,
  roleOf,
  statePortOf,
} from '../../../src/plan/virtio/planned-virtio.ts'
import { resourceTable } from '../../../src/plan/virtio/resource-table.ts'
import { staticVrings } from '../../../src/plan/virtio/static-vrings.ts'
import { bytes, guestPhys, hostPhys, MiB, PAGE, regionOffset } from '../../../src/units/quantities.ts'
import { range } from '../../../src/units/range.ts'

const typeOf = (name: string) => {
  const type = DEVICE_TYPES.find((known) => known.name === name)
  if (!type) throw new Error(`no type ${name}`)
  return type
}

const queue = (name: string, size: number, channel?: string): VirtioQueue => ({
  pointer: `/virtio/link/queues/${name}`,
  name,
  kind: { name, flow: 'both' },
  size,
  ...(channel === undefined ? {} : { notify: { pointer: '/notify', channel } }),
})

const device = (changes: Partial<StaticShmDevice> = {}): StaticShmDevice => ({
  pointer: '/virtio/link',
  name: 'link',
  transport: 'static-shm',
  type: typeOf('rpmsg'),
  layout: 'static-vrings',
  frontend: 'one',
  backend: 'two',
  memory: 'frames',
  offset: 'auto',
  queues: [queue('rx', 8), queue('tx', 4)],
  features: [],
  config: { bytes: new Uint8Array(), values: [] },
  ...changes,
})

const buffers = (count: number, size: number) => ({ pointer: '/buffers', count, size: bytes(size) })
const config = { bytes: new Uint8Array(65), values: [] }
const partsOf = ({ parts }: DeviceLayout) =>
  parts.map(({ kind, queue: own, offset, size, writer }) => [own ?? '', kind, offset, size, writer])

describe('static-vrings', () => {
  it('has header, configuration, split queues and buffers, each at a cache line', () => {
    const layout = staticVrings(device({ config, buffers: buffers(3, 65) }))
    expect(partsOf(layout)).toEqual([
      ['', 'identity', 0n, 64n, 'backend'],
      ['', 'device-state', 64n, 64n, 'backend'],
      ['', 'driver-state', 128n, 64n, 'frontend'],
      ['', 'config', 192n, 65n, 'backend'],
      ['rx', 'descriptors', 320n, 128n, 'frontend'],
      ['rx', 'available', 448n, 22n, 'frontend'],
      ['rx', 'used', 512n, 70n, 'backend'],
      ['tx', 'descriptors', 640n, 64n, 'frontend'],
      ['tx', 'available', 704n, 14n, 'frontend'],
      ['tx', 'used', 768n, 38n, 'backend'],
      ['', 'buffers', 832n, 384n, 'both'],
    ])
    expect([layout.size, layout.alignment]).toEqual([1216n, 64n])
    expect(layout.buffers).toEqual({ count: 3, size: 65n, stride: 128n })
    expect(layout.queues.map(({ index, format, buffers: own }) => [index, format, own])).toEqual([
      [0, 'split', { first: 0, count: 2 }],
      [1, 'split', { first: 2, count: 1 }],
    ])
  })

  it('has one ring and two words for each packed queue', () => {
    const layout = staticVrings(device({ features: [{ name: 'ring-packed', bit: 34 }] }))
    expect(partsOf(layout).slice(3)).toEqual([
      ['rx', 'ring', 192n, 128n, 'both'],
      ['rx', 'driver-events', 320n, 4n, 'frontend'],
      ['rx', 'device-events', 384n, 4n, 'backend'],
      ['tx', 'ring', 448n, 64n, 'both'],
      ['tx', 'driver-events', 512n, 4n, 'frontend'],
      ['tx', 'device-events', 576n, 4n, 'backend'],
    ])
    expect([layout.size, layout.queues.map(({ format }) => format)]).toEqual([640n, ['packed', 'packed']])
    expect(layout.buffers).toBeUndefined()
  })

  it('has the features without which an end would misread addresses, and those of the device', () => {
    expect(staticVrings(device({ features: [{ name: 'ns', bit: 0 }] })).features).toEqual({
      bits: (1n << 32n) | (1n << 33n) | (1n << 36n) | 1n,
      names: ['ns', 'version-1', 'access-platform', 'order-platform'],
    })
  })

  it('has a configuration that both write where the type says so', () => {
    const writers = [
      'rpmsg',
      ...DEVICE_TYPES.filter((t) => t.config.some(({ writer }) => writer === 'driver')).map((t) => t.name),
    ]
    expect(writers.length).toBeGreaterThan(1)
    expect(
      writers.map((name) => partOf(staticVrings(device({ type: typeOf(name), config })), 'config')?.writer),
    ).toEqual(['backend', ...writers.slice(1).map(() => 'both')])
  })
})

it('a resource table is as long as its head, its entry, its queues and the configuration', () => {
  const layout = resourceTable(device({ layout: 'resource-table', config, buffers: buffers(2, 512) }))
  expect(partsOf(layout)).toEqual([
    ['', 'resource-table', 0n, BigInt(16 + 4 + 4 + 24 + 2 * 20 + 65), 'both'],
    ['rx', 'ring', 0x1_0000n, 320n, 'both'],
    ['tx', 'ring', 0x2_0000n, 192n, 'both'],
    ['', 'buffers', 0x3_0000n, 1024n, 'both'],
  ])
  expect([layout.size, layout.alignment, layout.features.bits]).toEqual([0x4_0000n, 0x1_0000n, 0n])
  const single = resourceTable(device({ layout: 'resource-table', queues: [queue('rx', 8)] }))
  expect(single.parts[0]?.size).toBe(BigInt(16 + 4 + 4 + 24 + 20))
})

describe('parts', () => {
  it('follow each other at multiples; those of no size are left out', () => {
    const wanted = [65, 0, 64].map((size) => ({ kind: 'ring' as const, size: bytes(size), writer: 'both' as const }))
    const { parts, size } = appendParts(wanted, bytes(64))
    expect([parts.map(({ offset }) => offset), size]).toEqual([[0n, 128n], 192n])
    expect(appendParts([], bytes(64))).toEqual({ parts: [], size: 0n })
  })

  it('are found by kind and queue', () => {
    const layout = staticVrings(device())
    expect(partOf(layout, 'used', 'tx')?.queue).toBe('tx')
    expect(partOf(layout, 'used')).toBeUndefined()
    expect(partOf(layout, 'identity', 'tx')).toBeUndefined()
  })

  it('of buffers are as large as all of them, and nothing without', () => {
    expect(sizeOfBuffers({ count: 3, size: bytes(65), stride: bytes(128) })).toBe(384n)
    expect(sizeOfBuffers(undefined)).toBe(0n)
  })
})

it('features are listed once, by their bits', () => {
  const ns = { name: 'ns', bit: 5 }
  expect(layoutFeatures([{ name: 'late', bit: 40 }, ns, ns])).toEqual({
    bits: (1n << 40n) | 32n,
    names: ['ns', 'late'],
  })
})

describe('the hash of a layout', () => {
  const place = range(regionOffset(0x40n), bytes(0x240))
  const hashOf = (changes: Partial<StaticShmDevice> = {}, at = place) => {
    const own = device(changes)
    return layoutHash(own, staticVrings(own), at)
  }

  it('is the first eight bytes, little-endian, of the SHA-256 of what both ends agree on', () => {
    const lines = [
      `static-vrings 2 7 ${(1n << 32n) | (1n << 33n) | (1n << 36n)} 64 576`,
      'identity 0 64',
      'device-state 64 64',
      'driver-state 128 64',
      'descriptors 192 64',
      'available 256 14',
      'used 320 38',
      'buffers 384 384',
      '0 split 4 0 3',
      '3 65 128',
    ]
    const one = device({ queues: [queue('rx', 4)], buffers: buffers(3, 65) })
    const layout = staticVrings(one)
    const digest = createHash('sha256').update(lines.join('\n')).digest()
    expect(layoutHash(one, layout, place)).toBe(digest.readBigUInt64LE(0))
  })

  it('differs where anything of that does', () => {
    const all = [
      hashOf(),
      hashOf({ type: typeOf('console') }),
      hashOf({ layout: 'resource-table' }),
      hashOf({ features: [{ name: 'ns', bit: 0 }] }),
      hashOf({ queues: [queue('rx', 4), queue('tx', 8)] }),
      hashOf({ buffers: buffers(4, 64) }),
      hashOf({ buffers: buffers(4, 63) }),
      hashOf({ buffers: buffers(3, 64) }),
      hashOf({}, range(regionOffset(0x80n), bytes(0x240))),
      hashOf({}, range(regionOffset(0x40n), bytes(0x280))),
    ]
    expect(new Set(all).size).toBe(all.length)
    expect(hashOf({ queues: [queue('other', 8), queue('names', 4)] })).toBe(hashOf())
  })
})

describe('the ends of a device', () => {
  const end = (domain: string, port: number) => ({
    end: { domain, port, pointer: '' },
    port: { value: port, by: 'manifest' as const, at: '' },
    phandle: port,
  })
  const channelOf = (name: string, first: number, second: number) => {
    const ends = [end('one', first), end('two', second)] as const
    return { channel: { name, pointer: '', ends: [ends[0].end, ends[1].end] as const }, ends }
  }
  const own = device({ queues: [queue('rx', 8), queue('tx', 4, 'kick'), queue('ctl', 4, 'wake')] })
  const party = (domain: string, base: bigint) => ({
    access: { domain, pointer: '', 'guest-address': 'auto' as const },
    guest: { value: range(guestPhys(base), MiB), by: 'manifest' as const, at: '' },
  })
  const planned: PlannedStaticShm = {
    transport: 'static-shm',
    device: own,
    region: {
      region: { name: 'frames', pointer: '', size: PAGE, 'host-address': 'auto', access: [] },
      id: { value: 'frames', by: 'manifest', at: '' },
      host: { value: range(hostPhys(0n), MiB), by: 'manifest', at: '' },
      parties: [party('one', 0x1000n), party('two', 0x2000n)],
    },
    place: { value: range(regionOffset(0n), PAGE), by: 'manifest', at: '' },
    layout: staticVrings(own),
    hash: 1n,
    channels: [channelOf('wake', 30, 31), channelOf('kick', 20, 21)],
  }

  it('have a role, a peer, and the region where they see it', () => {
    expect(['one', 'two', 'three'].map((name) => roleOf(planned, name))).toEqual(['frontend', 'backend', undefined])
    expect(['one', 'two'].map((name) => peerOf(planned, name))).toEqual(['two', 'one'])
    expect(['one', 'two', 'three'].map((name) => regionSeenBy(planned, name)?.base)).toEqual([
      0x1000n,
      0x2000n,
      undefined,
    ])
    expect(['one', 'two', 'three'].map((name) => devicesOf([planned], name).length)).toEqual([1, 1, 0])
  })

  it('have ports of their own for each queue, 0 where there is no channel', () => {
    const portsOf = (domain: string) => own.queues.map((one) => portOf(planned, one, domain))
    expect([portsOf('one'), portsOf('two'), portsOf('three')]).toEqual([
      [0, 20, 30],
      [0, 21, 31],
      [0, 0, 0],
    ])
  })

  it('tell of the device by the port of the first queue that has one', () => {
    expect(['one', 'two', 'three'].map((name) => statePortOf(planned, name))).toEqual([20, 21, 0])
  })
})
