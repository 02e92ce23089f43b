/** What only just obeys the rules on static memory, shared memory, event channels, cpupools and colours. */
import { afterAll, describe, expect, it } from 'vitest'
import { Bench, codesOf, DOM0, type ManifestParts } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const guest = (name: string, more: string, memory = '64MiB'): string =>
  `${name}: { boot: dom0less, kernel: { image: Image }, memory: ${memory}, ${more} }`
const at = (start: string, size = '64MiB'): string => `static-mem: { main: { start: ${start}, size: ${size} } }`
const shared = (access: string, more = ''): readonly string[] => [
  `shared-memory: { frames: { size: 64KiB, access: { ${access} }${more} } }`,
]
const channel = (ends: string): readonly string[] => [`event-channels: { kick: { ends: { ${ends} } } }`]
const two = ['one', 'two'].map((name) => guest(name, 'enhanced: no-xenstore'))
const caches = 'cache-coloring: { llc-size: 1MiB, llc-nr-ways: 16'

const MANIFESTS: readonly (readonly [string, ManifestParts])[] = [
  [
    'SHM-035: 4.19 leaves regions out',
    { release: '4.19', domains: two, end: shared('one: { guest-address: 0x5000_0000 }, two: {}') },
  ],
  [
    'SHM-035: guests that know nothing of Xen',
    {
      release: '4.17',
      domains: ['one', 'two'].map((name) => guest(name, 'console: none')),
      end: shared('one: { guest-address: 0x5000_0000 }, two: {}'),
    },
  ],
  ['SM-001: no static memory without STATIC_MEMORY', { config: 'no-static-memory.config', more: 'vcpus: 1' }],
  [
    'SM-002: two ranges that add up',
    { more: 'static-mem: { a: { start: 0x6000_0000, size: 32MiB }, b: { start: 0x7000_0000, size: 32MiB } }' },
  ],
  ['SM-003: one page more', { memory: '0x4001000', more: at('0x6000_1000', '0x4001000') }],
  ['SM-004: ranges that touch', { domains: [guest('one', at('0x6000_0000')), guest('two', at('0x6400_0000'))] }],
  ['SM-007: up to the end of RAM', { more: at('0x7c00_0000') }],
  ['SM-009: 4.22 counts right, and domforge splits for the others', { more: at('0x6000_0000') }],
  ['SM-011: colours without static memory', { xenMore: `${caches} }`, more: 'llc-colors: 1-15' }],
  ['SM-017: without grants', { board: 'low-ram.dts', more: `${at('0x3800_0000')}, direct-map: true` }],
  [
    'SM-017: right behind the window',
    { board: 'low-ram.dts', more: `${at('0x3900_0000')}, direct-map: true, enhanced: no-xenstore` },
  ],
  [
    'DOM-022: as many as the console needs',
    { board: 'high-uart.dts', more: 'static-mem: auto, direct-map: true, nr-spis: 41' },
  ],
  [
    'DOM-022: no console',
    { board: 'high-uart.dts', more: 'static-mem: auto, direct-map: true, nr-spis: 1, console: none' },
  ],
  [
    'DOM-023: a number of its own',
    {
      board: 'no-uart-interrupt.dts',
      bootargs: 'console=none',
      more: 'static-mem: auto, direct-map: true, nr-spis: 32, console: none',
    },
  ],
  ['DOM-024: no console', { board: 'small-uart.dts', more: 'static-mem: auto, direct-map: true, console: none' }],
  [
    'DOM-044: from 4.21 on Xen gives the page',
    { release: '4.21', domains: [DOM0, guest('one', 'static-mem: auto, enhanced: enabled')] },
  ],
  ['DOM-044: without xenstore', { domains: [DOM0, guest('one', 'static-mem: auto, enhanced: no-xenstore')] }],
  ['DOM-062: idle', { bootargs: 'bootscrub=idle' }],
  ['DOM-062: static memory is never cleared', { bootargs: 'bootscrub=0', more: 'static-mem: auto' }],
  ['FDT-017, FDT-018: the last of the RAM', { xenMore: 'static-heap: { main: { start: 0x6000_0000, size: 512MiB } }' }],
  ['DOM-009: a heap that is just large enough', { xenMore: 'static-heap: 96MiB' }],
  [
    'SHM-004: 15 characters',
    { domains: two, end: ['shared-memory: { a-name-of-fifte: { size: 4KiB, access: { one: {} } } }'] },
  ],
  [
    'SHM-019: 32 regions',
    {
      release: '4.22',
      domains: two,
      end: [
        'shared-memory:',
        ...Array.from({ length: 32 }, (_, n) => `  r${n}: { size: 4KiB, access: { ${n < 16 ? 'one' : 'two'}: {} } }`),
      ],
    },
  ],
  ['SHM-021: the last page of the RAM', { domains: two, end: shared('one: {}', ', host-address: 0x7fff_0000') }],
  ["SHM-022: dom0 at the host's address", { domains: [DOM0, ...two], end: shared('dom0: {}, one: {}') }],
  ["SHM-025: a borrower of what is nobody's", { domains: two, end: shared('one: {}, two: { role: borrower }') }],
  ['SHM-024, SHM-025: one owner', { domains: two, end: shared('one: { role: owner }, two: { role: borrower }') }],
  ['SHM-031: right behind the RAM', { domains: two, end: shared('one: { guest-address: 0x4400_0000 }') }],
  ['SHM-031: right before it', { domains: two, end: shared('one: { guest-address: 0x3fff_0000 }') }],
  ['SHM-033: one domain alone', { release: '4.18', domains: two, end: shared('one: {}') }],
  ['SHM-033: the very first', { release: '4.18', domains: two, end: shared('one: {}, two: {}') }],
  [
    'SHM-033: the first that is reserved, whatever the firmware keeps',
    { board: 'devices.dts', release: '4.18', domains: two, end: shared('one: {}, two: {}') },
  ],
  ['EVC-008: port 1023', { domains: two, end: channel('one: { port: 1023 }, two: {}') }],
  ['EVC-009: port 4095 of dom0', { domains: [DOM0, ...two], end: channel('dom0: { port: 4095 }, one: {}') }],
  ['EVC-010: the same port in two domains', { domains: two, end: channel('one: { port: 9 }, two: { port: 9 }') }],
  [
    'EVC-013: port 2 beside xenstore',
    { domains: [DOM0, guest('one', 'enhanced: enabled')], end: channel('dom0: {}, one: { port: 2 }') },
  ],
  [
    'EVC-013: port 1 of the domain that runs xenstore',
    {
      release: '4.21',
      domains: [guest('store', 'enhanced: enabled, capabilities: [xenstore]'), guest('one', 'enhanced: no-xenstore')],
      end: channel('store: { port: 1 }, one: {}'),
    },
  ],
  [
    'EVC-008, EVC-009: the capability xenstore lifts the limit',
    {
      release: '4.21',
      domains: [guest('store', 'enhanced: enabled, capabilities: [xenstore]'), guest('one', 'enhanced: no-xenstore')],
      end: channel('store: { port: 4095 }, one: {}'),
    },
  ],
  [
    'EVC-008, EVC-016: the hardware domain is told of Xen, and its ports go further',
    {
      board: 'smmu-board.dts',
      release: '4.21',
      domains: [guest('one', 'enhanced: no-xenstore'), guest('hardware', 'console: none, capabilities: [hardware]')],
      end: channel('hardware: { port: 2000 }, one: {}'),
    },
  ],
  [
    'EVC-016: programs that know of Xen by themselves',
    {
      domains: [guest('one', 'os: zephyr'), guest('two', 'os: other')],
      end: channel('one: {}, two: {}'),
    },
  ],
  ['EVC-013: port 1 without xenstore', { domains: two, end: channel('one: { port: 1 }, two: {}') }],
  [
    'EVC-015: 4.18 has no such option',
    { release: '4.18', config: 'no-static-evtchn.config', domains: two, end: channel('one: {}, two: {}') },
  ],
  [
    'CPU-003: maxcpus leaves it on',
    { bootargs: 'maxcpus=2', xenMore: 'cpupools: { fast: { cpus: [cpu@1] } }', more: 'cpupool: fast' },
  ],
  [
    'CPU-012: one virtual CPU for the one CPU',
    { xenMore: 'cpupools: { fast: { cpus: [cpu@1], scheduler: "null" } }', more: 'cpupool: fast' },
  ],
  [
    'CPU-012: dom0 in the other pool',
    {
      xenMore: 'cpupools: { fast: { cpus: [cpu@1], scheduler: "null" } }',
      domains: [DOM0.replace('256MiB', '256MiB, vcpus: 2'), guest('one', 'cpupool: fast')],
    },
  ],
  ['CPU-012: dom0 alone has one for each CPU', { bootargs: 'sched=null', domains: [DOM0] }],
  [
    'CPU-012, CPU-015: dom0 is told how many',
    {
      bootargs: 'sched=null vwfi=native',
      domains: [DOM0.replace('256MiB', '256MiB, vcpus: 1'), guest('one', 'vcpus: 1')],
    },
  ],
  ['CPU-015: two for two', { bootargs: 'vwfi=native', more: 'vcpus: 2' }],
  [
    'DOM-054: a CPU of the pool',
    {
      release: '4.21',
      xenMore: 'cpupools: { fast: { cpus: [cpu@1] } }',
      more: 'cpupool: fast, hard-affinity: { 0: [cpu@1, cpu@0] }',
    },
  ],
  [
    'LLC-004, LLC-005: two colours',
    { xenMore: 'cache-coloring: { llc-size: 128KiB, llc-nr-ways: 16 }', more: 'llc-colors: 1' },
  ],
  [
    'LLC-006: 128 colours',
    { xenMore: 'cache-coloring: { llc-size: 8MiB, llc-nr-ways: 16 }', more: 'llc-colors: 1-127' },
  ],
  [
    'LLC-007, LLC-008: the last colour',
    { xenMore: `${caches}, xen: 0, dom0: 15 }`, domains: [DOM0.replace('256MiB', '64MiB')] },
  ],
  ['LLC-008: no dom0, no matter', { xenMore: `${caches}, dom0: "16" }` }],
  [
    'D0-021: less than the smallest bank',
    { release: '4.22', board: 'D0-021.dts', xenMore: `${caches} }`, domains: [DOM0.replace('256MiB', '64MiB')] },
  ],
  [
    'D0-021: older releases take the largest first',
    { release: '4.21', board: 'D0-021.dts', xenMore: `${caches} }`, domains: [DOM0.replace('256MiB', '160MiB')] },
  ],
  ['D0-021: one large range', { release: '4.22', xenMore: `${caches} }`, domains: [DOM0] }],
  ['LLC-011: the last colour', { xenMore: `${caches} }`, more: 'llc-colors: 8-15' }],
  ['LLC-014: nearly all of its share', { memory: '56MiB', xenMore: `${caches} }`, more: 'llc-colors: 3' }],
  [
    'LLC-018: domforge writes all colours out',
    { xenMore: `${caches} }`, domains: [guest('one', 'llc-colors: 1-8'), guest('two', 'vcpus: 1')] },
  ],
]

describe('systems that pass', () => {
  it.each(MANIFESTS)('%s', (_, parts) => expect(codesOf(bench.build(parts))).toEqual([]))
})

const POOL = 'cpupools: { fast: { cpus: [cpu@1] } }'

describe('systems that do not', () => {
  it('DOM-054: an affinity beside the cpupool', () => {
    const parts = { release: '4.21', xenMore: POOL, more: 'cpupool: fast, hard-affinity: { 0: [cpu@0] }' }
    expect(codesOf(bench.build(parts))).toEqual(['DOM-054'])
  })

  it('CPU-012: dom0 in the pool of the boot CPU', () => {
    const domains = [DOM0.replace('256MiB', '256MiB, vcpus: 2'), guest('one', 'cpupool: fast')]
    expect(codesOf(bench.build({ bootargs: 'sched=null', xenMore: POOL, domains }))).toEqual(['CPU-012'])
  })

  it('DOM-054: an affinity with CPUs that stay off because they are of another kind', () => {
    const parts = { board: 'two-kinds.dts', release: '4.21', more: 'hard-affinity: { 0: [cpu@1] }' }
    expect(codesOf(bench.build(parts)).toSorted()).toEqual(['D0-019', 'DOM-054'])
    expect(codesOf(bench.build({ ...parts, bootargs: 'hmp-unsafe' }))).toEqual([])
  })

  it('D0-021: what lies below the first range that is large enough is lost', () => {
    bench.put(
      'split.dts',
      '/include/ "board.dts"\n/ { memory@40000000 { reg = <0 0x40000000 0 0x4000000>, <0 0x50000000 0 0xb000000>; }; };\n',
    )
    const coloured = (memory: string) =>
      bench.build({
        release: '4.22',
        board: 'split.dts',
        xenMore: `${caches} }`,
        domains: [DOM0.replace('256MiB', memory)],
      })
    expect(codesOf(coloured('192MiB'))).toEqual(['D0-021'])
    expect(codesOf(coloured('128MiB'))).toEqual([])
  })

  it('DOM-009: more than the static heap', () => {
    expect(codesOf(bench.build({ xenMore: 'static-heap: 64MiB' }))).toEqual(['DOM-009'])
  })

  it('KRN-004: the first range of a direct-mapped domain holds the kernel', () => {
    const ranges = 'static-mem: { a: { start: 0x6000_0000, size: 2MiB }, b: { start: 0x7000_0000, size: 62MiB } }'
    expect(codesOf(bench.build({ more: `${ranges}, direct-map: true` }))).toEqual(['KRN-004'])
  })
})
