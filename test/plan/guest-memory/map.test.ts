import { expect, it } from 'vitest'
import { cells, node, property, text } from '../../../src/devicetree/build.ts'
import { guestMap } from '../../../src/plan/guest-memory/map.ts'
import { formatRange } from '../../../src/units/format.ts'
import { bytes, guestPhys, hostPhys } from '../../../src/units/quantities.ts'
import { range } from '../../../src/units/range.ts'
import { boardRoot, dom0, dom0less, makePlan, type PlanOptions, xlDomain } from '../builder.ts'

const registers = (...numbers: readonly bigint[]) => property('reg', [cells(numbers)])
const gic = node('intc@8000000', {
  properties: [registers(0n, 0x800_0000n, 0n, 0x1_0000n, 0n, 0x80a_0000n, 0n, 0xf6_0000n)],
})
const root = { ...boardRoot, children: [...boardRoot.children, gic] }

const mapOf = (...parameters: Parameters<typeof dom0less>): Readonly<Record<string, string>> => {
  const plan = makePlan({ root, domains: [dom0less(...parameters)] })
  const [guest] = plan.dom0less
  if (!guest) throw new Error('no guest')
  return Object.fromEntries(guestMap(plan, guest).map(({ what, range }) => [what, formatRange(range)]))
}

it("has Xen's layout, without what the guest has not", () => {
  expect(mapOf('plain')).toEqual({
    'GICv3 distributor': '[0x3001000..0x3011000)',
    'GICv3 redistributors': '[0x3020000..0x4020000)',
    'vPL011 console': '[0x22000000..0x22001000)',
    RAM: '[0x40000000..0x48000000)',
  })
  expect(mapOf('silent', { console: 'none' })).not.toHaveProperty('vPL011 console')
  expect(mapOf('enhanced', { enhanced: 'no-xenstore' })).toHaveProperty('grant table window')
})

it("is the host's where the guest is direct-mapped", () => {
  expect(mapOf('direct', { 'direct-map': true, enhanced: 'no-xenstore' })).toEqual({
    'GICv3 distributor': '[0x8000000..0x8010000)',
    'GICv3 redistributors': '[0x80a0000..0x9000000)',
    'vPL011 console': '[0x9000000..0x9001000)',
    'grant table window': '[0x38000000..0x39000000)',
    'RAM, at its address on the host': '[0x40000000..0x48000000)',
  })
})

/** What the only guest of a plan has, and who chose where. */
function sourced(options: PlanOptions): Readonly<Record<string, readonly [string, string]>> {
  const plan = makePlan({ root, ...options })
  const [guest] = [...plan.dom0less, ...plan.xl]
  if (!guest) throw new Error('no guest')
  return Object.fromEntries(
    guestMap(plan, guest).map(({ what, range: place, source }) => [
      what,
      [formatRange(place), source ? ('at' in source ? source.at : source.reason) : 'Xen'],
    ]),
  )
}

const direct = (more: Parameters<typeof dom0less>[1] = {}) => [dom0less('direct', { 'direct-map': true, ...more })]

it("names the host's nodes where a direct-mapped guest has its devices", () => {
  const map = sourced({ domains: direct() })
  const plan = makePlan({ root, domains: direct() })
  const [guest] = plan.dom0less
  const sources = guest ? guestMap(plan, guest).flatMap(({ source }) => source?.by ?? []) : []
  expect(sources).toEqual(['device-tree', 'device-tree', 'device-tree'])
  expect(map['GICv3 distributor']).toEqual(['[0x8000000..0x8010000)', '/intc@8000000'])
  expect(map['vPL011 console']).toEqual(['[0x9000000..0x9001000)', '/pl011@9000000'])
})

it('has the console that Xen is told to use, of the last dtuart=, with options or without', () => {
  const second = node('serial@a000000', { properties: [registers(0n, 0xa00_0000n, 0n, 0x1_0000n)] })
  const aliases = node('aliases', { properties: [property('serial1', [text('/serial@a000000')])] })
  const withSecond = { ...root, children: [...root.children, second, aliases] }
  const consoleWith = (bootargs: string) => sourced({ root: withSecond, bootargs, domains: direct() })['vPL011 console']
  expect(consoleWith('console=dtuart dtuart=/pl011@9000000 dtuart=serial1')).toEqual([
    '[0xa000000..0xa001000)',
    '/serial@a000000',
  ])
  expect(consoleWith('xdtuart=serial1 console=dtuart')).toEqual(['[0x9000000..0x9001000)', '/pl011@9000000'])
  expect(consoleWith('dtuart=serial1 bootscrub=0')).toEqual(['[0xa000000..0xa001000)', '/serial@a000000'])
  expect(consoleWith('dtuart=nothing')).toEqual(['[0x9000000..0x9001000)', '/pl011@9000000'])
})

it("has no device that the board's tree does not show", () => {
  const without = { ...root, children: root.children.filter(({ name }) => !/^(intc|pl011)/.test(name)) }
  expect(Object.keys(sourced({ root: without, domains: direct() }))).toEqual(['RAM, at its address on the host'])
})

it('has neither interrupt controller nor console where the board has none that Xen knows', () => {
  for (const isDirect of [true, false]) {
    const { board, ...plan } = makePlan({ root, domains: [dom0less('a', { 'direct-map': isDirect })] })
    const { gic: _, stdout: __, ...without } = board
    const [guest] = plan.dom0less
    if (!guest) throw new Error('no guest')
    const names = guestMap({ ...plan, board: without }, guest).map(({ what }) => what)
    expect(names).toEqual(isDirect ? ['RAM, at its address on the host'] : ['vPL011 console', 'RAM'])
  }
})

it('has the regions that it shares among the rest, ascending, with who placed them', () => {
  const guest = (base: bigint) => ({
    value: range(guestPhys(base), bytes(0x1000)),
    by: 'lock' as const,
    at: 'the lock',
  })
  const access = { pointer: '/shared-memory/r/access/a', domain: 'a', 'guest-address': 'auto' as const }
  const region = {
    region: {
      pointer: '/shared-memory/r',
      name: 'r',
      size: bytes(0x1000),
      'host-address': 'auto' as const,
      access: [access],
    },
    id: { value: 'r', by: 'default' as const, reason: 'its name' },
    host: { value: range(hostPhys(0x9000_0000n), bytes(0x1000)), by: 'allocated' as const, reason: 'test' },
    parties: [{ access, guest: guest(0x3a00_0000n) }],
  }
  const plan = makePlan({ root, domains: [dom0less('a')] })
  const [planned] = plan.dom0less
  if (!planned) throw new Error('no guest')
  const map = guestMap({ ...plan, regions: [region] }, planned)
  expect(map.map(({ range: { base } }) => base)).toEqual([
    0x300_1000n,
    0x302_0000n,
    0x2200_0000n,
    0x3a00_0000n,
    0x4000_0000n,
  ])
  expect(map[3]?.source).toEqual({ by: 'lock', at: 'the lock' })
})

it('has the controller of the host', () => {
  const v2 = sourced({ gic: 'v2', domains: [dom0less('plain')] })
  expect(Object.keys(v2)).toEqual(['GICv2 distributor', 'GICv2 CPU interface', 'vPL011 console', 'RAM'])
  expect(v2['GICv2 CPU interface']).toEqual(['[0x3002000..0x3004000)', 'Xen'])
})

it('has what libxl adds where xl creates the guest', () => {
  const map = sourced({ domains: [dom0(), xlDomain('created')] })
  expect(Object.keys(map)).toEqual([
    'virtio-mmio devices',
    'GICv3 distributor',
    'GICv3 redistributors',
    'virtual PCI configuration space',
    'ACPI tables',
    'virtual PCI memory',
    'grant table window',
    "Xen's magic pages (console, xenstore)",
    'RAM',
  ])
})

it("says who placed a direct-mapped guest's RAM, and nothing of RAM that Xen places", () => {
  const place = {
    value: range(hostPhys(0x4000_0000n), bytes(0x800_0000n)),
    by: 'lock' as const,
    at: 'domains/direct/static-mem',
  }
  for (const [isDirect, source] of [
    [true, place],
    [false, undefined],
  ] as const) {
    const plan = makePlan({ root, domains: [dom0less('direct', { 'direct-map': isDirect })] })
    const [guest] = plan.dom0less
    if (!guest) throw new Error('no guest')
    const ram = guestMap(plan, { ...guest, staticMem: [place] }).find(({ what }) => what.startsWith('RAM'))
    expect(ram?.source).toEqual(source)
  }
})
