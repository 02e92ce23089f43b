/** Numbers of what joins domains: ports, ids of regions, phandles. */
import { describe, expect, it } from 'vitest'
import { cells, node, property } from '../../../src/devicetree/build.ts'
import { Findings } from '../../../src/diagnostics/findings.ts'
import type { EventChannel, SharedMemory } from '../../../src/model/partition.ts'
import { planChannels } from '../../../src/plan/links/channels.ts'
import { phandleSource } from '../../../src/plan/links/phandles.ts'
import { planShmIds } from '../../../src/plan/links/shm-ids.ts'
import { PAGE } from '../../../src/units/quantities.ts'

type End = readonly [domain: string, port: number | 'auto']

const channel = (name: string, ...ends: readonly [End, End]): EventChannel => {
  const pointer = `/event-channels/${name}`
  const [first, second] = ends.map(([domain, port]) => ({ domain, port, pointer: `${pointer}/ends/${domain}` }))
  if (!first || !second) throw new Error('a channel has two ends')
  return { name, pointer, ends: [first, second] }
}

const lockOf = (entries: Readonly<Record<string, string>>) => ({ entries: new Map(Object.entries(entries)) })

function portsOf(channels: readonly EventChannel[], locked: Readonly<Record<string, string>> = {}) {
  const findings = new Findings()
  let phandle = 100
  const planned = planChannels(channels, lockOf(locked), () => phandle++, findings.report)
  return {
    ports: Object.fromEntries(
      planned.map(({ channel: { name }, ends }) => [
        name,
        ends.map(({ end, port }) => [end.domain, port.value, port.by]),
      ]),
    ),
    phandles: planned.flatMap(({ ends }) => ends.map((end) => end.phandle)),
    said: findings.all.map(({ code, at }) => `${code} ${'pointer' in at ? at.pointer : ''}`),
  }
}

describe('ports', () => {
  it('that the manifest gives are those that it says', () => {
    const [planned] = planChannels(
      [channel('y', ['a', 9], ['c', 'auto'])],
      lockOf({}),
      () => 1,
      () => undefined,
    )
    expect(planned?.ends[0].port).toEqual({ value: 9, by: 'manifest', at: '/event-channels/y/ends/a/port' })
    expect(planned?.ends[1].port).toMatchObject({ by: 'allocated', reason: expect.stringMatching(/'c', 8 or higher/) })
  })

  it('are the lowest free of each domain, from 8 on, around those that the manifest gives', () => {
    const { ports, phandles, said } = portsOf([
      channel('x', ['a', 'auto'], ['b', 'auto']),
      channel('y', ['a', 9], ['c', 'auto']),
      channel('z', ['a', 'auto'], ['b', 'auto']),
    ])
    expect(ports).toEqual({
      x: [
        ['a', 8, 'allocated'],
        ['b', 8, 'allocated'],
      ],
      y: [
        ['a', 9, 'manifest'],
        ['c', 8, 'allocated'],
      ],
      z: [
        ['a', 10, 'allocated'],
        ['b', 9, 'allocated'],
      ],
    })
    expect(phandles).toEqual([100, 101, 102, 103, 104, 105])
    expect(said).toEqual([])
  })

  it('of one domain with itself differ', () => {
    const loop: EventChannel = channel('x', ['a', 'auto'], ['a', 'auto'])
    expect(portsOf([loop]).ports['x']?.map(([, port]) => port)).toEqual([8, 9])
  })

  const key = 'event-channels/x/ends/a/port'
  const single = [channel('x', ['a', 'auto'], ['b', 'auto'])]

  it('stay where the lock has them, the highest of Xen included', () => {
    expect(portsOf(single, { [key]: '1023' }).ports['x']?.[0]).toEqual(['a', 1023, 'lock'])
    expect(portsOf(single, { [key]: '1024' }).ports['x']?.[0]).toEqual(['a', 8, 'allocated'])
  })

  it('move where another end has them', () => {
    const { ports } = portsOf([...single, channel('y', ['a', 20], ['b', 'auto'])], { [key]: '20' })
    expect(ports['x']?.[0]).toEqual(['a', 8, 'allocated'])
    expect(ports['y']?.[0]).toEqual(['a', 20, 'manifest'])
  })

  it('are 8 to 1023: the channel that finds none is left out, with its other end (RES-011)', () => {
    const full = Array.from({ length: 1016 }, (_, i) => channel(`c${i}`, ['a', 8 + i], [`o${i}`, 'auto']))
    const { ports, said, phandles } = portsOf([...full, ...single])
    expect(said).toEqual(['RES-011 /event-channels/x/ends/a'])
    expect(ports['x']).toBeUndefined()
    expect(phandles).toHaveLength(2 * 1016)
    const last = portsOf([...full.slice(0, -1), ...single])
    expect([last.ports['x']?.[0], last.said]).toEqual([['a', 1023, 'allocated'], []])
  })
})

const region = (name: string): SharedMemory => ({
  name,
  pointer: `/shared-memory/${name}`,
  size: PAGE,
  'host-address': 'auto',
  access: [],
})

describe('ids of regions', () => {
  const LONG = 'a-very-long-name-1'
  const idsOf = (names: readonly string[], locked: Readonly<Record<string, string>> = {}) =>
    [...planShmIds(names.map(region), lockOf(locked)).values()].map(({ value, by }) => [value, by])

  it('are names of up to 15 characters', () => {
    expect(idsOf(['a', 'fifteen-letters'])).toEqual([
      ['a', 'manifest'],
      ['fifteen-letters', 'manifest'],
    ])
  })

  it('are the beginning and four digits of the CRC-32 of longer ones', () => {
    expect(idsOf(['sixteen--letters'])).toEqual([['sixteen--l-a48a', 'allocated']])
  })

  it('have all four digits, and take another checksum where two would be equal', () => {
    expect(idsOf(['region-10c-number-10'])).toEqual([['region-10c-0bfb', 'allocated']])
    expect(idsOf(['region-10c-number-658', 'region-10c-number-8000'])).toEqual([
      ['region-10c-4d89', 'allocated'],
      ['region-10c-d2d3', 'allocated'],
    ])
  })

  it('are of 15 characters, and differ from names and other ids', () => {
    const [[id = ''] = []] = idsOf([LONG])
    expect(id).toMatch(/^a-very-lon-[0-9a-f]{4}$/)
    const [[other = ''] = [], named] = idsOf([LONG, id])
    expect(named).toEqual([id, 'manifest'])
    expect(other).toMatch(/^a-very-lon-[0-9a-f]{4}$/)
    expect(other).not.toBe(id)
  })

  it('stay as the lock has them, unless another region has that name or id', () => {
    expect(idsOf(['a'], { 'shared-memory/a/id': 'old' })).toEqual([['old', 'lock']])
    expect(idsOf(['a', 'old'], { 'shared-memory/a/id': 'old' })).toEqual([
      ['a', 'manifest'],
      ['old', 'manifest'],
    ])
    const twice = { 'shared-memory/a/id': 'old', 'shared-memory/b/id': 'old' }
    expect(idsOf(['a', 'b'], twice)).toEqual([
      ['old', 'lock'],
      ['b', 'manifest'],
    ])
  })
})

describe('phandles', () => {
  const root = node('', {
    children: [
      node('a', { properties: [property('phandle', [cells([7])])] }),
      node('b', { children: [node('c', { properties: [property('phandle', [cells([5])])] })] }),
    ],
  })

  it('follow the largest of the tree, or are beyond all where the tree is U-Boot’s', () => {
    const known = phandleSource(root, true)
    expect([known(), known()]).toEqual([8, 9])
    expect(phandleSource(root, false)()).toBe(0x1000_0001)
    expect(phandleSource(node('', {}), true)()).toBe(1)
    const high = node('', { properties: [property('phandle', [cells([0x2000_0000])])] })
    expect(phandleSource(high, false)()).toBe(0x2000_0001)
  })
})
