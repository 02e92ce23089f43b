/**
 * The rules on static memory, shared memory, event channels and cpupools against every Xen that can be built: trees that break one rule
 * each stop it, what only just obeys them boots.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, inject, test } from 'vitest'
import { cells, text } from '../../src/devicetree/build.ts'
import type { DtNode, DtValue } from '../../src/devicetree/model.ts'
import type { BuiltXenRelease } from '../debian/xen-build.ts'
import { bareGuest } from './bare-guest.ts'
import { caseManifest, xenInputs } from './boot-case.ts'
import { both, changed, drop, point, set, VerdictBench, type VerdictCase } from './verdict-bench.ts'

const manifest = (release: string): string => `api-version: domforge/v1
name: static-verdicts
platform: { device-tree: board.dtb }
xen:
  release: "${release}"
  image: xen
  config: xen.config
  bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax
  cpupools: { second: { cpus: [cpu@1], scheduler: "null" } }
boot: { load: { from: tftp } }
domains:
  one:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 quiet }
    ramdisk: ramdisk
    memory: 128MiB
    enhanced: no-xenstore
    static-mem: { main: { start: 0x9000_0000, size: 128MiB } }
  two:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 quiet }
    ramdisk: ramdisk
    memory: 128MiB
    enhanced: no-xenstore
    cpupool: second
shared-memory:
  frames: { size: 64KiB, host-address: 0x9800_0000, access: { one: {}, two: {} } }
event-channels:
  kick: { ends: { one: {}, two: {} } }
`

const ONE = '/chosen/one'
const SHM = `${ONE}/shm-frames`
const OTHER_SHM = '/chosen/two/shm-frames'
const EVTCHN = `${ONE}/evtchn-kick`
const OTHER_EVTCHN = '/chosen/two/evtchn-kick'
const POOL = '/chosen/cpupool-second'

/** 64 bits each. */
const wide = (...values: readonly bigint[]): DtValue =>
  values.map((value) => cells([value >> 32n, value & 0xffff_ffffn]))
const place = (host: bigint, guest = 0x3a00_0000n, size = 0x1_0000n): DtValue => wide(host, guest, size)

/** The second cell of `xen,evtchn` stays. */
const port =
  (path: string, value: number) =>
  (root: DtNode): DtNode =>
    changed(root, path.split('/').slice(1), (node) => ({
      ...node,
      properties: node.properties.map((own) => {
        const part = own.value[0]
        if (own.name !== 'xen,evtchn' || part?.kind !== 'bytes') return own
        const data = Uint8Array.from(part.data)
        new DataView(data.buffer).setUint32(0, value)
        return { ...own, value: [{ ...part, data }] }
      }),
    }))

const everywhere = (value: DtValue) => both(set(SHM, 'xen,shared-mem', value), set(OTHER_SHM, 'xen,shared-mem', value))

const CASES: readonly VerdictCase[] = [
  { name: 'nothing wrong', change: (root) => root },
  { name: 'memory a page more than its range', change: set(ONE, 'memory', wide(0x2_0004n)), code: 'SM-002' },
  { name: 'no range', change: set(ONE, 'xen,static-mem', []), code: 'SM-014' },
  {
    name: 'a range beyond the RAM',
    change: set(ONE, 'xen,static-mem', wide(0xbc00_0000n, 0x800_0000n)),
    code: 'SM-007',
  },
  {
    name: 'a range over the kernel',
    change: set('/chosen/two', 'xen,static-mem', wide(0x4040_0000n, 0x800_0000n)),
    code: 'SM-005',
    goesOn: ['4.17'],
  },
  { name: 'a range that ends with the RAM', change: set(ONE, 'xen,static-mem', wide(0xb800_0000n, 0x800_0000n)) },
  {
    name: 'two ranges of one domain',
    change: set(ONE, 'xen,static-mem', wide(0x9000_0000n, 0x400_0000n, 0xa000_0000n, 0x400_0000n)),
  },
  { name: 'direct-map without a range', change: set('/chosen/two', 'direct-map', []), code: 'DOM-012' },
  {
    name: 'direct-map with its region elsewhere',
    change: both(set(ONE, 'direct-map', []), set(SHM, 'xen,shared-mem', place(0x9800_0000n, 0x9800_0000n))),
  },
  { name: 'a region without id', change: drop(SHM, 'xen,shm-id'), code: 'SHM-003' },
  { name: 'an id of 16 characters', change: set(SHM, 'xen,shm-id', [text('a-name-too-long-')]), code: 'SHM-004' },
  {
    name: 'an empty id',
    change: both(set(SHM, 'xen,shm-id', [text('')]), set(OTHER_SHM, 'xen,shm-id', [text('')])),
    code: 'SHM-005',
  },
  {
    name: 'an id of 15 characters',
    change: both(
      set(SHM, 'xen,shm-id', [text('a-name-as-long-')]),
      set(OTHER_SHM, 'xen,shm-id', [text('a-name-as-long-')]),
    ),
  },
  { name: 'a role that is none', change: set(SHM, 'role', [text('reader')]), code: 'SHM-007' },
  { name: 'a region without a place', change: drop(SHM, 'xen,shared-mem'), code: 'SHM-008' },
  {
    name: 'a place of five cells',
    change: set(SHM, 'xen,shared-mem', [cells([0n, 0x9800_0000n, 0n, 0x3a00_0000n, 0n])]),
    code: 'SHM-009',
  },
  { name: 'half a page from the start of a page', change: everywhere(place(0x9800_0800n)), code: 'SHM-010' },
  {
    name: 'half a page from the start of a page in the guest',
    change: everywhere(place(0x9800_0000n, 0x3a00_0800n)),
    code: 'SHM-011',
  },
  { name: 'a region without size', change: everywhere(place(0x9800_0000n, 0x3a00_0000n, 0n)), code: 'SHM-012' },
  { name: 'a page and a half', change: everywhere(place(0x9800_0000n, 0x3a00_0000n, 0x1800n)), code: 'SHM-013' },
  {
    name: 'two sizes of a region',
    change: set(OTHER_SHM, 'xen,shared-mem', place(0x9800_0000n, 0x3a00_0000n, 0x2_0000n)),
    code: 'SHM-015',
    goesOn: ['4.17'],
  },
  {
    name: 'two ids of a place',
    change: set(OTHER_SHM, 'xen,shm-id', [text('again')]),
    code: 'SHM-017',
    goesOn: ['4.17'],
  },
  { name: 'a region over static memory', change: everywhere(place(0x97ff_0000n)), code: 'SHM-018' },
  { name: 'a region right behind static memory', change: everywhere(place(0x9800_0000n)) },
  { name: 'a region beyond the RAM', change: everywhere(place(0xc000_0000n)), code: 'SHM-021' },
  {
    name: 'two owners',
    change: both(set(SHM, 'role', [text('owner')]), set(OTHER_SHM, 'role', [text('owner')])),
    code: 'SHM-024',
  },
  { name: 'a borrower, and one without role', change: set(OTHER_SHM, 'role', [text('owner')]), code: 'SHM-025' },
  {
    name: 'an owner and a borrower',
    change: both(set(SHM, 'role', [text('owner')]), set(OTHER_SHM, 'role', [text('borrower')])),
  },
  { name: 'an end without its property', change: drop(EVTCHN, 'xen,evtchn'), code: 'EVC-001' },
  { name: 'an end with its port alone', change: set(EVTCHN, 'xen,evtchn', [cells([8n])]), code: 'EVC-002' },
  { name: 'an end that points nowhere', change: set(EVTCHN, 'xen,evtchn', [cells([8n, 0x7777n])]), code: 'EVC-004' },
  {
    name: 'an end that points to another node',
    change: point(EVTCHN, 'xen,evtchn', '/intc', [cells([8n])]),
    code: 'EVC-005',
  },
  { name: 'port 0', change: port(EVTCHN, 0), code: 'EVC-011' },
  { name: 'port 1023', change: port(OTHER_EVTCHN, 1023) },
  { name: 'port 1024', change: port(OTHER_EVTCHN, 1024), code: 'EVC-008' },
  { name: 'a pool without CPUs', change: drop(POOL, 'cpupool-cpus'), code: 'CPU-002' },
  { name: 'a pool with something else', change: point(POOL, 'cpupool-cpus', '/intc'), code: 'CPU-003' },
  { name: 'a scheduler that is none', change: set(POOL, 'cpupool-sched', [text('fair')]), code: 'CPU-007' },
  {
    name: 'a domain in what is no pool',
    change: point('/chosen/two', 'domain-cpupool', '/intc'),
    code: 'CPU-008',
  },
]

const NEWER: readonly VerdictCase[] = [
  { name: 'direct-map with its region at another address', change: set(ONE, 'direct-map', []), code: 'SHM-022' },
  { name: 'colours without colouring', change: set('/chosen/two', 'llc-colors', [text('0-3')]), code: 'LLC-001' },
]

const COLORED = caseManifest('colours')
const CONSOLE = 'console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax'
const xenSays = (options: string) => set('/chosen', 'xen,xen-bootargs', [text(`${CONSOLE} llc-coloring=on ${options}`)])
const CACHE = 'llc-size=1M llc-nr-ways=16'
const colors = (value: string) => set('/chosen/control', 'llc-colors', [text(value)])

/** 16 colours, of which Xen has 0 and 1. */
const COLORS: readonly VerdictCase[] = [
  { name: 'colours as planned', change: (root) => root },
  { name: 'a way with half a page', change: xenSays('llc-size=1M llc-nr-ways=96 xen-llc-colors=0'), code: 'LLC-003' },
  { name: 'twelve colours', change: xenSays('llc-size=768K llc-nr-ways=16 xen-llc-colors=0'), code: 'LLC-004' },
  { name: 'one colour', change: xenSays('llc-size=64K llc-nr-ways=16 xen-llc-colors=0'), code: 'LLC-005' },
  { name: 'colour 16 for Xen', change: xenSays(`${CACHE} xen-llc-colors=16`), code: 'LLC-007' },
  { name: 'colour 15 for Xen', change: xenSays(`${CACHE} xen-llc-colors=15`) },
  { name: 'colours that cannot be read', change: colors('2-'), code: 'LLC-010' },
  { name: 'colour 16 for a domain', change: colors('16'), code: 'LLC-011' },
  { name: 'more colours than there are', change: colors('0-15,0'), code: 'LLC-012' },
  { name: 'all colours', change: colors('0-15') },
  // 2 GiB in 16 colours: one has less than 128 MiB and their page tables.
  { name: 'more memory than a colour has', change: colors('5'), code: 'LLC-014' },
  { name: 'memory of two colours', change: colors('5-6') },
  { name: 'no colour', change: colors(''), code: 'LLC-013' },
  {
    name: 'static memory where the cache is coloured',
    change: set('/chosen/control', 'xen,static-mem', wide(0xb000_0000n, 0x800_0000n)),
    code: 'SM-011',
  },
]

const scratch = mkdtempSync(join(tmpdir(), 'domforge-static-verdicts-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const casesOf = (release: BuiltXenRelease): readonly VerdictCase[] =>
  release === '4.17' ? CASES : [...CASES, ...NEWER]

/** The bench for a manifest that names a kernel `Image` and `ramdisks`, of which nothing counts here but that they are there. */
async function benchFor(release: BuiltXenRelease, source: string, ramdisks: readonly string[]): Promise<VerdictBench> {
  const files = await xenInputs({ release, from: 'source' })
  const own = Object.fromEntries(ramdisks.map((name) => [name, new Uint8Array(4096)]))
  const inputs = { ...files, Image: await bareGuest(), ...own }
  return VerdictBench.of({ manifest: source, inputs }, mkdtempSync(join(scratch, release)))
}

describe.each(inject('xens').filter((release) => release !== '4.17'))('colours of Xen %s', (release) => {
  let bench: VerdictBench
  beforeAll(async () => {
    const tftp = COLORED.replace('{ from: virtio }', '{ from: tftp }')
    bench = await benchFor(release, tftp, ['control.cpio.gz', 'logger.cpio.gz'])
  })

  test.each(COLORS)('$name', (verdict) => bench.judge(verdict, `colours-${release}`, release))
})

describe.each(inject('xens'))('static verdicts of Xen %s', (release) => {
  let bench: VerdictBench
  beforeAll(async () => {
    bench = await benchFor(release, manifest(release), ['ramdisk'])
  })

  test.each(casesOf(release))('$name', (verdict) => bench.judge(verdict, `static-${release}`, release))
})
