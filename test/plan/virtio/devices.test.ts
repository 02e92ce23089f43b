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

function planned(devices: readonly ReturnType<typeof device>[], locked: readonly string[] = []) {
  bench.put(LOCK, [...locked, LOCK_END, ''].join('\n'))
  const { plan, findings } = bench.outcomeOf(manifestOf(systemWith(devices)))
  return {
    places: Object.fromEntries(
      staticShmOf(plan?.virtio ?? []).map(({ device: { name }, place: { value, by } }) => [
        name,
        [value.base, value.size, by],
      ]),
    ),
    said: findings.all.map(({ code, message }) => `${code}: ${message}`),
  }
}

/** Header, no configuration, descriptors, rings: 192, and for each queue 64 + 64 + 64. */
const SIZE = 192n + 2n * 192n

describe('a device in its region', () => {
  it('lies at the lowest free offset, in the order of the manifest', () => {
    expect(planned([device('a'), device('b')])).toEqual({
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
    expect(planned([device('a')], ['virtio/a/offset: 0x20+0x240'])).toEqual({
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
})
