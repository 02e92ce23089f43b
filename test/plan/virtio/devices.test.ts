/** Where devices lie in their region: given, kept, else the lowest free range; and what is said where one moves (OUT-008) or fits nowhere (VIO-001). */
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { LOCK_END } from '../../../src/facts/lock.ts'
import { staticShmOf } from '../../../src/plan/virtio/planned-virtio.ts'
import { Bench, manifestOf } from '../../support/checks/systems.ts'
import { RPMSG_LINK, systemWith } from '../../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())
const LOCK = 'system.lock.yaml'
afterEach(() => bench.drop(LOCK))

const device = (name: string, more: object = {}) => ({
  name,
  lines: { ...RPMSG_LINK, queues: { rx: { size: 4 }, tx: { size: 4 } }, ...more },
})

const pointerIn = (at: object): unknown => ('pointer' in at ? at.pointer : undefined)

function planned(devices: readonly ReturnType<typeof device>[], locked: readonly string[] = []) {
  bench.put(LOCK, [...locked, LOCK_END, ''].join('\n'))
  const { plan, findings } = bench.outcomeOf(manifestOf(systemWith(devices)))
  const placed = staticShmOf(plan?.virtio ?? [])
  return {
    places: Object.fromEntries(
      placed.map(({ device: { name }, place: { value, by } }) => [name, [value.base, value.size, by]]),
    ),
    regions: placed.map(({ region: { region } }) => region.name),
    channels: placed.map(({ channels }) => channels.map(({ channel }) => channel.name)),
    sources: placed.map(({ place }) => ('at' in place ? place.at : place.by)),
    errors: findings.all.flatMap(({ code, at, related = [], severity }) =>
      severity === 'error' ? [[code, ...[at, ...related.map((other) => other.at)].map(pointerIn)]] : [],
    ),
    said: findings.all.map(({ code, message }) => `${code}: ${message}`),
  }
}

/** Header, no configuration, descriptors, rings: 192, and for each queue 64 + 64 + 64. */
const SIZE = 192n + 2n * 192n

describe('a device in its region', () => {
  it('lies at the lowest free offset, in the order of the manifest', () => {
    expect(planned([device('a'), device('b')])).toMatchObject({
      places: { a: [0n, SIZE, 'allocated'], b: [SIZE, SIZE, 'allocated'] },
      said: [],
    })
  })

  it('stays where the lock has it, and others go around it', () => {
    const { places, said } = planned([device('b'), device('a')], ['virtio/a/offset: 0x40+0x240'])
    expect(places).toEqual({ a: [0x40n, SIZE, 'lock'], b: [0x40n + SIZE, SIZE, 'allocated'] })
    expect(said).toEqual([])
  })

  it('keeps its offset when it grows', () => {
    const grown = device('a', { queues: { rx: { size: 8 }, tx: { size: 4 } } })
    expect(planned([grown], ['virtio/a/offset: 0x40+0x240']).places).toEqual({ a: [0x40n, SIZE + 128n, 'lock'] })
  })

  it('moves where it cannot be: on part of a cache line, or past the end', () => {
    expect(planned([device('a')], ['virtio/a/offset: 0x20+0x240'])).toMatchObject({
      places: { a: [0n, SIZE, 'allocated'] },
      said: [`OUT-008: 'a' in 'frames' moves from [0x20..0x260) to [0x0..0x240): something else is there now`],
    })
    const { places, said } = planned([device('a')], ['virtio/a/offset: 0x7fffffc0+0x240'])
    expect(places).toEqual({ a: [0n, SIZE, 'allocated'] })
    expect(said).toHaveLength(1)
  })

  it('gives way to one that the manifest places', () => {
    const { places, said } = planned([device('a'), device('b', { offset: 0 })], ['virtio/a/offset: 0x0+0x240'])
    expect(places).toEqual({ a: [SIZE, SIZE, 'allocated'], b: [0n, SIZE, 'manifest'] })
    expect(said).toEqual([
      "OUT-008: 'a' in 'frames' moves from [0x0..0x240) to [0x240..0x480): something else is there now",
    ])
  })

  it('is kept in any hole that has room', () => {
    const { places } = planned([device('a'), device('b', { offset: 4096 })], ['virtio/a/offset: 0x2000+0x240'])
    expect(places).toEqual({ a: [0x2000n, SIZE, 'lock'], b: [4096n, SIZE, 'manifest'] })
  })

  it('is in the region that it names, with the channels that its queues name', () => {
    const queues = { rx: { size: 4, notify: 'wake' }, tx: { size: 4 } }
    const { regions, channels, sources } = planned([device('a', { memory: 'log', queues, offset: 0 }), device('b')])
    expect(regions).toEqual(['log', 'frames'])
    expect(channels).toEqual([['wake'], []])
    expect(sources).toEqual(['/virtio/a/offset', 'allocated'])
  })

  it('is left out where it does not fit (VIO-001), beside others that do', () => {
    const large = device('a', { buffers: { count: 8, size: 0x40_0000 } })
    const { places, errors } = planned([large, device('b')])
    expect(Object.keys(places)).toEqual(['b'])
    expect(errors).toEqual([['VIO-001', '/virtio/a', '/shared-memory/frames/size']])
  })

  it.each([
    ['inside a cache line', 32, {}, []],
    ['inside a page of Linux', 4096, { layout: 'resource-table' }, []],
    ['past the end of the region', 0x100_0000 - 64, {}, []],
    ['on another', 0x1000, {}, ['/virtio/b']],
  ])('is left out where it cannot be: %s (VIO-012)', (_name, offset, more, related) => {
    const { places, errors } = planned([device('b', { offset: 0x1040 }), device('a', { offset, ...more }), device('c')])
    expect(errors).toEqual([['VIO-012', '/virtio/a/offset', ...related]])
    expect(places).toEqual({ b: [0x1040n, SIZE, 'manifest'], c: [0n, SIZE, 'allocated'] })
  })

  it('may end where the region ends, and where another begins', () => {
    const { errors } = planned([
      device('a', { offset: 0x100_0000 - Number(SIZE) }),
      device('b', { offset: 0x1000 }),
      device('c', { offset: 0x1000 - Number(SIZE) }),
    ])
    expect(errors).toEqual([])
  })
})
