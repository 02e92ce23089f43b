/** Memory in fixed places, ports, ids and pools: who gives way to whom, and what a lock keeps (OUT-008). */
import { describe, expect, it } from 'vitest'
import { cells, node, property } from '../../src/devicetree/build.ts'
import type { DtNode } from '../../src/devicetree/model.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import { lockText } from '../../src/emit/lock-file.ts'
import { type Board, partialTreeKey } from '../../src/facts/facts.ts'
import { EMPTY_LOCK, type Lock } from '../../src/facts/lock.ts'
import { planSystem } from '../../src/load/plan-system.ts'
import type { Dom0lessDomain, PartialTreeFiles } from '../../src/model/system-model.ts'
import { formatRange, hex } from '../../src/units/format.ts'
import { bytes, guestPhys, hostPhys, MiB, times } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { arm64, boardWith, factsFor } from '../support/facts/builder.ts'
import { auto, lockOf, partitionModel, type Words } from '../support/plan/partition-systems.ts'

const RAM = 0x4000_0000n
const usual = boardWith([[RAM, 0x8000_0000n]], [])

/** Partial tree of a guest that has a device at an address where the host has RAM. */
const deviceTree: PartialTreeFiles = { pointer: '/device-tree', path: 'device.dtb', folder: '/nowhere', overlays: [] }
const deviceAt = (address: bigint): DtNode =>
  node('', {
    children: [
      node('passthrough', {
        properties: [property('#address-cells', [cells([1])]), property('#size-cells', [cells([1])])],
        children: [node('device', { properties: [property('xen,reg', [cells([0x900_0000n, 0x10_0000n, address])])] })],
      }),
    ],
  })
const partialTrees = new Map([
  [
    partialTreeKey(deviceTree),
    {
      path: deviceTree.path,
      tree: { root: deviceAt(0xb7f0_0000n), reservations: [], bootCpuid: 0 },
      size: bytes(4096),
    },
  ],
])

interface Surroundings {
  readonly board?: Board
  readonly files?: Parameters<typeof factsFor>[2]
}

function planned(words: Words, lock: Lock = EMPTY_LOCK, { board = usual, files = {} }: Surroundings = {}) {
  const findings = new Findings()
  const system = partitionModel(words)
  const facts = { ...factsFor(system, board, files), partialTrees }
  const plan = planSystem(system, facts, findings.report, lock)
  if (!plan) throw new Error(`no plan: ${findings.all.map(({ message }) => message).join('; ')}`)
  const banks = Object.fromEntries(
    plan.dom0less.map(({ domain, staticMem = [] }) => [domain.name, staticMem.map(({ value }) => formatRange(value))]),
  )
  const regions = Object.fromEntries(
    plan.regions.map(({ region, host, parties }) => [
      region.name,
      [hex(host.value.base), ...parties.map(({ guest }) => hex(guest.value.base))],
    ]),
  )
  const ports = plan.channels.map(({ ends }) => ends.map(({ end, port }) => `${end.domain} ${port.value}`).join(', '))
  return { plan, banks, regions, ports, codes: findings.all.map(({ code }) => code), lock: lockOf(lockText(plan)) }
}

const given = (base: bigint, size = times(128, MiB)): Partial<Dom0lessDomain> => ({
  'static-mem': [{ pointer: '/x', name: 'x', range: range(hostPhys(base), size) }],
})

describe('static memory', () => {
  it('fills RAM from the top, below what U-Boot uses, in the order of the domains', () => {
    const { banks } = planned({ domains: { a: auto, b: auto, c: {} } })
    expect(banks).toEqual({ a: ['[0xb0000000..0xb8000000)'], b: ['[0xa8000000..0xb0000000)'], c: [] })
  })

  it('that the manifest places is left alone, and nothing else lies there', () => {
    const { banks } = planned({ domains: { a: auto, b: given(0xb000_0000n) } })
    expect(banks).toEqual({ a: ['[0xa8000000..0xb0000000)'], b: ['[0xb0000000..0xb8000000)'] })
  })

  it('keeps files away, as shared memory does', () => {
    const { plan } = planned({ domains: { a: given(RAM), b: {} } })
    expect(plan.load.modules.every(({ address }) => address.value >= RAM + 0x0800_0000n)).toBe(true)
    expect(plan.load.xen.address.value).toBeGreaterThanOrEqual(RAM + 0x0800_0000n)
    const regions = { r: { by: ['a', 'b'], size: MiB, 'host-address': hostPhys(RAM) } }
    const beside = planned({ domains: { a: {}, b: {} }, regions }).plan
    expect(beside.load.xen.address.value).toBe(RAM + 0x20_0000n)
  })

  it('comes in pieces where no hole holds it whole', () => {
    const domains = { a: given(0x8000_0000n), b: { ...auto, memory: times(1500, MiB) } }
    const { plan, codes } = planned({ domains })
    const places = plan.dom0less[1]?.staticMem?.map(({ value }) => value) ?? []
    expect(places).toHaveLength(2)
    expect(places.reduce((total, { size }) => total + size, 0n)).toBe(times(1500, MiB))
    expect(codes).toEqual([])
  })

  it('is the RAM of a direct-mapped guest where it lies', () => {
    const { plan } = planned({ domains: { a: { ...auto, 'direct-map': true }, b: auto } })
    expect(plan.dom0less.map(({ ram }) => ram.map(formatRange))).toEqual([
      ['[0xb0000000..0xb8000000)'],
      ['[0x40000000..0x48000000)'],
    ])
  })

  it('stays clear of the only place that Xen may have', () => {
    const small = boardWith([[RAM, 0x2000_0000n]])
    const xen = { size: times(1, MiB), format: arm64(0xc0_0000n, { anywhere: false }) }
    const memory = times(376, MiB)
    const { plan, banks, codes } = planned({ domains: { a: { ...auto, memory } } }, EMPTY_LOCK, {
      board: small,
      files: { xen, Image: { size: MiB, format: arm64(0x10_0000n) } },
    })
    expect(codes).toEqual([])
    expect(formatRange(plan.load.xen.room)).toBe('[0x40000000..0x40c00000)')
    // Below what U-Boot uses there is room for it only on top of Xen.
    expect(banks['a']).toEqual(['[0x48800000..0x60000000)'])
  })

  it('leaves the window that files may have free as long as there is other RAM', () => {
    const loadWindow = [0xb000_0000n, 0x800_0000n] as const
    const { banks } = planned({ domains: { a: auto }, loadWindow })
    expect(banks['a']).toEqual(['[0xa8000000..0xb0000000)'])
  })

  it("takes U-Boot's own memory last, and never with EFI, where parts of it stay the firmware's", () => {
    const domains = { a: { ...auto, memory: times(1930, MiB) } }
    expect(planned({ domains }).banks['a']).toEqual(['[0x47600000..0xc0000000)'])
    expect(() => planned({ domains, boot: { command: 'bootefi' } })).toThrow('1920 MiB of RAM are free')
  })

  describe('where it leaves files no room', () => {
    const small = boardWith([[RAM, 0x4000_0000n]], [])
    const most = { domains: { a: { ...auto, memory: times(896, MiB) } } }

    it('gives way to them, and takes what U-Boot leaves when Xen runs', () => {
      const { plan, banks, codes } = planned(most, EMPTY_LOCK, { board: small })
      expect(codes).toEqual([])
      expect(banks['a']).toEqual(['[0x48000000..0x80000000)'])
      expect(plan.load.xen.room.base).toBeLessThan(0x4800_0000n)
    })

    it('stays there with a lock, for the same reason', () => {
      const first = planned(most, EMPTY_LOCK, { board: small })
      const again = planned(most, first.lock, { board: small })
      expect([again.plan.dom0less, again.codes]).toEqual([first.plan.dom0less, []])
    })

    it('does not move what the lock has, though files would fit then', () => {
      const locked: Lock = { ...EMPTY_LOCK, entries: new Map([['domains/a/static-mem', '0x40000000+0x38000000']]) }
      expect(() => planned(most, locked, { board: small })).toThrow('memory of domains takes all RAM')
    })

    it('does not move what the lock has, where only without it files would need another place', () => {
      const domains = { a: { ...auto, memory: times(880, MiB) }, b: { ...auto, memory: times(4, MiB) } }
      const entries = new Map([
        ['domains/a/static-mem', '0x49000000+0x37000000'],
        ['domains/b/static-mem', '0x40000000+0x400000'],
      ])
      expect(planned({ domains }, EMPTY_LOCK, { board: small }).banks['b']).not.toEqual(['[0x40000000..0x40400000)'])
      const { banks, codes } = planned({ domains }, { ...EMPTY_LOCK, entries }, { board: small })
      expect(banks).toEqual({ a: ['[0x49000000..0x80000000)'], b: ['[0x40000000..0x40400000)'] })
      expect(codes).toEqual([])
    })

    it('is told what is missing', () => {
      const all = { domains: { a: { ...auto, memory: times(1024, MiB) } } }
      expect(() => planned(all, EMPTY_LOCK, { board: small })).toThrow(
        /1000 MiB of RAM are free .*: 24 MiB are missing/,
      )
    })
  })

  it('is never the first page, nor what somebody owns', () => {
    const low = boardWith([[0n, 0x1000_0000n]], [[0x800_0000n, 0x10_0000n]])
    const { banks, codes } = planned({ domains: { a: auto } }, EMPTY_LOCK, { board: low })
    expect(codes).toEqual([])
    // Either half of the RAM would hold it whole.
    expect(banks['a']).toEqual(['[0x8200000..0x10000000)', '[0x7e00000..0x8000000)'])
  })

  it('never crosses from the first bank of a guest into the second', () => {
    const wide = boardWith([[RAM, 0x2_0000_0000n]], [])
    const system = partitionModel({ domains: { a: { ...auto, memory: times(4096, MiB) } } })
    const plan = planSystem(system, factsFor(system, wide, {}), new Findings().report)
    expect(plan?.dom0less[0]?.staticMem?.map(({ value }) => value.size)).toEqual([times(3072, MiB), times(1024, MiB)])
  })
})

describe('a lock', () => {
  const words: Words = {
    domains: { a: auto, b: auto },
    regions: { r: { by: ['a', 'b'] }, s: { by: ['b'] } },
    channels: { c: ['a', 'b'], d: ['a', 'b'] },
  }

  it('says nothing that the next build would not say again', () => {
    const first = planned(words)
    const second = planned(words, first.lock)
    expect({ ...second, plan: undefined }).toEqual({ ...first, plan: undefined })
    expect(second.plan.dom0less[0]?.staticMem?.[0]?.by).toBe('allocated')
  })

  it('keeps everything in its place when something comes in front, or goes', () => {
    const { lock, banks, regions, ports } = planned(words)
    const later = planned(
      {
        domains: { x: auto, ...words.domains },
        regions: { q: { by: ['x', 'b'] }, ...words.regions },
        channels: { e: ['x', 'b'], ...words.channels },
      },
      lock,
    )
    expect(later.codes).toEqual([])
    expect(later.banks).toMatchObject(banks)
    expect(later.regions).toMatchObject(regions)
    expect(later.ports.slice(1)).toEqual(ports)
    expect(later.plan.regions.find(({ region }) => region.name === 'r')?.host.by).toBe('lock')
    const { r: _, ...rest } = words.regions ?? {}
    expect(planned({ ...words, regions: rest }, lock).regions).toEqual({ s: regions['s'] })
  })

  it('gives way to the manifest, and says what moves (OUT-008)', () => {
    const { lock } = planned(words)
    const later = planned({ ...words, domains: { a: auto, b: given(0xb000_0000n) } }, lock)
    expect(later.codes).toEqual(['OUT-008'])
    expect(later.banks['a']).not.toEqual(['[0xb0000000..0xb8000000)'])
  })

  it('lets the lowest grow where it is, and moves another only when it must', () => {
    const { lock, regions } = planned({ domains: words.domains })
    const grown = planned({ domains: { a: auto, b: { ...auto, memory: times(256, MiB) } } }, lock)
    expect(grown.codes).toEqual(['OUT-008'])
    expect(grown.banks['a']).toEqual(['[0xb0000000..0xb8000000)'])
    const shrunk = planned({ domains: { a: auto, b: { ...auto, memory: times(64, MiB) } } }, lock)
    expect([shrunk.codes, shrunk.banks['b']]).toEqual([[], ['[0xa8000000..0xac000000)']])
    expect(regions).toEqual({})
  })
})

describe('shared memory', () => {
  it('lies in the first gap of each guest that has room, and where it lies in one that is direct-mapped', () => {
    const { regions } = planned({
      domains: { a: { ...auto, 'direct-map': true }, b: {} },
      regions: { r: { by: ['a', 'b'] }, s: { by: ['b'], size: times(90, MiB) }, t: { by: ['b'], size: times(8, MiB) } },
    })
    expect(regions['r']).toEqual(['0xaff00000', '0xaff00000', '0x3a000000'])
    expect(regions['s']?.[1]).toBe('0x3a200000')
    expect(regions['t']?.[1]).toBe('0x33000000')
  })

  it('keeps out of the way of addresses that are given', () => {
    const access = [{ pointer: '/x', domain: 'b', 'guest-address': guestPhys(0x3a00_0000n) }]
    const { regions } = planned({ domains: { b: {} }, regions: { r: { by: ['b'] }, s: { by: [], access } } })
    expect(regions['s']?.[1]).toBe('0x3a000000')
    expect(regions['r']?.[1]).toBe('0x3a100000')
  })

  it('has an id of 15 characters that nobody else has', () => {
    const names = ['frames', 'a-name-of-many-letters-1', 'a-name-of-many-letters-2']
    const { plan } = planned({
      domains: { b: {} },
      regions: Object.fromEntries(names.map((name) => [name, { by: ['b'] }])),
    })
    const ids = plan.regions.map(({ id }) => id.value)
    expect(ids[0]).toBe('frames')
    expect(new Set(ids).size).toBe(3)
    expect(ids.every((id) => id.length <= 15)).toBe(true)
  })

  describe('of a direct-mapped guest', () => {
    /** The highest RAM below what U-Boot uses is [0x38000000..0x39000000), where guests map grants. */
    const board = boardWith([[0x2000_0000n, 0x2100_0000n]])
    const hostOf = (...domains: readonly Partial<Dom0lessDomain>[]) => {
      const named = Object.fromEntries(domains.map((domain, index) => [`d${index}`, domain]))
      const words = { domains: named, regions: { r: { by: Object.keys(named) } } }
      return planned(words, EMPTY_LOCK, { board }).regions['r']?.[0]
    }
    const direct = { 'direct-map': true } as const

    it('keeps out of the window where it maps grants, if it does', () => {
      expect(hostOf({ ...direct, enhanced: 'enabled' })).toBe('0x37f00000')
      expect(hostOf({ enhanced: 'disabled' }, { ...direct, enhanced: 'no-xenstore' })).toBe('0x37f00000')
      expect(hostOf(direct)).toBe('0x38f00000')
    })

    it('may lie there when only others map grants, wherever they see it', () => {
      expect(hostOf({ enhanced: 'enabled' }, direct)).toBe('0x38f00000')
    })

    it("keeps out of its devices' way, as its RAM does", () => {
      const domain = { ...direct, 'device-tree': deviceTree }
      const words = { domains: { a: domain }, regions: { r: { by: ['a'] } } }
      expect(planned(words).regions['r']?.[0]).toBe('0xb7e00000')
      expect(planned({ domains: { a: { ...domain, ...auto } } }).banks['a']).toEqual(['[0xafe00000..0xb7e00000)'])
      expect(planned({ domains: { a: { 'device-tree': deviceTree, ...auto } } }).banks['a']).toEqual([
        '[0xb0000000..0xb8000000)',
      ])
    })
  })

  it('of less than a page is still apart from its neighbours', () => {
    const { regions } = planned({
      domains: { b: {} },
      regions: { r: { by: ['b'], size: bytes(100) }, s: { by: ['b'], size: bytes(4096) } },
    })
    expect(regions['r']?.[1]).toBe('0x3a000000')
    expect(regions['s']?.[1]).toBe('0x3a001000')
  })
})

it('ports are counted from 8 in each domain', () => {
  const { ports } = planned({
    domains: { a: {}, b: {}, c: {} },
    channels: { x: ['a', 'b'], y: ['b', 'c'], z: ['a', 'c'] },
  })
  expect(ports).toEqual(['a 8, b 8', 'b 9, c 8', 'a 9, c 9'])
})
