/** What `plan.json` says of each part of a plan, number by number. */
import { afterAll, describe, expect, it } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import { planDocument, planJson } from '../../src/emit/plan-json.ts'
import type { SystemPlan } from '../../src/plan/system-plan.ts'
import { bytes, guestPhys, hostPhys } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { booted, DOM0 } from '../lifecycle/lives.ts'
import { dom0, dom0less, makePlan, xlDomain } from '../plan/builder.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'
import { RPMSG_LINK, systemWith } from '../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())

function planOf(parts: Parameters<typeof manifestOf>[0]): SystemPlan {
  const { plan, findings } = bench.outcomeOf(manifestOf(parts))
  if (!plan) throw new Error(findings.all.map(({ message }) => message).join('; '))
  return plan
}

describe('a virtio device', () => {
  const queues = { rx: { size: 8 }, tx: { size: 4, notify: 'kick' } }
  const line = { ...RPMSG_LINK, queues, offset: 4096, buffers: { count: 6, size: 100 } }
  const { virtio } = planDocument(
    planOf(
      systemWith([
        { name: 'link', lines: line },
        { name: 'table', lines: { ...line, layout: 'resource-table', memory: 'log', offset: 0 } },
      ]),
    ),
  )
  const [link, table] = ['link', 'table'].map((name) => {
    const device = virtio[name]
    if (!device || !('parts' in device)) throw new Error(`no parts of ${name}`)
    return device
  })

  it('has its parts at offsets of the region, each with its queue and who writes it', () => {
    expect(link?.offset).toEqual({ value: '0x1000', by: 'manifest', at: '/virtio/link/offset' })
    expect(link?.size).toMatchObject({ value: '0x5c0', by: 'default' })
    expect(link?.parts.map((part) => Object.values(part).join(' '))).toEqual([
      'identity 0x1000 0x40 backend',
      'device-state 0x1040 0x40 backend',
      'driver-state 0x1080 0x40 frontend',
      'descriptors rx 0x10c0 0x80 frontend',
      'available rx 0x1140 0x16 frontend',
      'used rx 0x1180 0x46 backend',
      'descriptors tx 0x1200 0x40 frontend',
      'available tx 0x1240 0xe frontend',
      'used tx 0x1280 0x26 backend',
      'buffers 0x12c0 0x300 both',
    ])
    expect(link?.parts[0]).not.toHaveProperty('queue')
  })

  it('has its queues in the order of their indices, with buffers and channel', () => {
    expect(link?.queues).toEqual({
      rx: { index: 0, size: 8, format: 'split', buffers: { first: 0, count: 4 } },
      tx: { index: 1, size: 4, format: 'split', buffers: { first: 4, count: 2 }, notify: 'kick' },
    })
    expect(link?.queues['rx']).not.toHaveProperty('notify')
    expect(link?.buffers).toEqual({ count: 6, size: '0x64', stride: '0x80' })
  })

  it('has a hash in the one layout in which ends compare it', () => {
    expect(link?.hash).toMatch(/^0x[0-9a-f]+$/)
    expect(table).not.toHaveProperty('hash')
  })
})

describe('a region', () => {
  const domains = ['one', 'two'].map((name) => `${name}: { boot: dom0less, kernel: { image: Image }, memory: 64MiB }`)
  const regionsOf = (frames: string) =>
    planDocument(planOf({ domains, end: [`shared-memory: { frames: ${frames} }`] })).regions['frames']

  it('has the size that the manifest gives, wherever its places come from', () => {
    const region = regionsOf('{ size: 1MiB, access: { one: {}, two: {} } }')
    const size = { value: '0x100000', by: 'manifest', at: '/shared-memory/frames/size' }
    expect(region?.host).toMatchObject({ base: { by: 'allocated' }, size })
    expect(region?.access['one']?.guest).toMatchObject({ base: { by: 'allocated' }, size })
    expect(region).not.toHaveProperty('initialisedBy')
    expect(region?.access['one']).not.toHaveProperty('role')
  })
})

describe('a region with an owner', () => {
  it('says who owns it and who fills it first', () => {
    const plan = planOf(systemWith([]))
    const regions = plan.regions.map((own) => ({
      ...own,
      region: { ...own.region, 'initialised-by': 'two' },
      parties: own.parties.map((party) => ({
        ...party,
        access: { ...party.access, role: party.access.domain === 'one' ? ('borrower' as const) : ('owner' as const) },
      })),
    }))
    const { frames } = planDocument({ ...plan, regions }).regions
    expect(frames?.initialisedBy).toBe('two')
    expect([frames?.access['one']?.role, frames?.access['two']?.role]).toEqual(['borrower', 'owner'])
  })
})

describe('the host', () => {
  const plan = makePlan()
  const ramAt = (base: bigint) => range(hostPhys(base), bytes(0x1000))

  it('says of memory that is taken who says so', () => {
    const owned = [
      { range: ramAt(0x4000_0000n), owner: 'BL31', by: 'firmware' as const, noMap: true },
      { range: ramAt(0x4100_0000n), owner: '/reserved-memory/a', by: 'reserved-memory' as const, noMap: false },
      { range: ramAt(0x4200_0000n), owner: 'platform.reserved.x', by: 'manifest' as const, noMap: false },
    ]
    const firmware = [0x4100_0000n, 0x4000_0000n].map((base) => ({
      range: ramAt(base),
      what: 'BL31',
      source: `what is known of ${base.toString(16)}`,
    }))
    const { host } = planDocument({ ...plan, board: { ...plan.board, owned, firmware } })
    expect(host.owned.map(({ base, noMap }) => [base, noMap])).toEqual([
      [{ value: '0x40000000', by: 'default', reason: 'what is known of 40000000' }, true],
      [{ value: '0x41000000', by: 'device-tree', at: '/reserved-memory/a' }, false],
      [{ value: '0x42000000', by: 'manifest', at: 'platform.reserved.x' }, false],
    ])
  })

  it("has Xen's own heap, range by range", () => {
    const staticHeap = [0x5000_0000n, 0x6000_0000n].map(
      (base) => ({ value: ramAt(base), by: 'manifest', at: `/xen/static-heap/${base}` }) as const,
    )
    const found = planDocument({ ...plan, staticHeap }).host.staticHeap ?? []
    expect(found.map(({ base, size }) => [base.value, size.value])).toEqual([
      ['0x50000000', '0x1000'],
      ['0x60000000', '0x1000'],
    ])
    expect(planDocument(plan).host).not.toHaveProperty('staticHeap')
  })

  it('has its cpupools and the colours of its cache', () => {
    const cpus = [1, 0].map((id) => ({ path: `/cpus/cpu@${id}`, id, phandle: id + 1, isNumbered: true }))
    const pool = (name: string) => ({ pointer: `/xen/cpupools/${name}`, name, cpus: [] })
    const cpupools = [
      { pool: { ...pool('fast'), scheduler: 'null' as const }, id: 0, cpus, phandle: 3 },
      { pool: pool('slow'), id: 1, cpus: [], phandle: 4 },
    ]
    const coloring = {
      total: 16,
      xen: { value: '0-1', by: 'manifest', at: '/xen/cache-coloring/xen' },
      dom0: { value: '2-3', by: 'lock', at: 'dom0' },
    } as const
    const { host } = planDocument({ ...plan, cpupools, coloring })
    expect(host.cpupools).toEqual({ fast: { id: 0, cpus: [1, 0], scheduler: 'null' }, slow: { id: 1, cpus: [] } })
    expect(host.coloring).toEqual(coloring)
    expect(planDocument({ ...plan, coloring: {} }).host.coloring).toEqual({})
    expect(planDocument(plan).host).not.toHaveProperty('coloring')
  })
})

describe('a file', () => {
  const plan = makePlan()
  const loadedAs = (changes: Partial<SystemPlan['load']['xen']>) =>
    planDocument({ ...plan, load: { ...plan.load, xen: { ...plan.load.xen, ...changes } } }).load[0]
  const declared = { pointer: '/xen/image/size', size: bytes(0x20_0000) }
  const facts = { path: 'xen', size: bytes(0x1000), format: { kind: 'cpio' } as const }

  it('has its room beside its size', () => {
    const room = range(hostPhys(0x4040_0000n), bytes(0x20_0000))
    expect(loadedAs({ size: bytes(0x1234), room })).toMatchObject({
      size: { value: '0x1234', by: 'image', at: 'xen' },
      room: { base: '0x40400000', size: '0x200000' },
    })
  })

  it('has the size that the manifest declares as long as it is not there', () => {
    const missing = { ...facts, format: { kind: 'missing' } as const, declared }
    expect(loadedAs({ contents: { kind: 'file', facts: missing } })?.size).toMatchObject({
      by: 'manifest',
      at: '/xen/image/size',
    })
    expect(loadedAs({ contents: { kind: 'file', facts: { ...facts, declared } } })?.size).toMatchObject({ by: 'image' })
  })

  it('has what lies after it, and is as long as both', () => {
    const behind = { path: 'domains/a/virtio.cpio', offset: bytes(0x2000), size: bytes(0x300) }
    expect(loadedAs({ size: bytes(0x2300), behind })).toMatchObject({
      size: { value: '0x2300', by: 'allocated' },
      behind: { path: 'domains/a/virtio.cpio', offset: '0x2000', size: '0x300' },
    })
  })
})

describe('a lifecycle', () => {
  const policy =
    '{ on-crash: restart, watchdog: 5s, boot-limit: 1min, attempts: { max: 3, window: 10min, then: stop }, backoff: { first: 2s, max: 30s } }'
  const { domains } = planDocument(
    planOf({
      domains: [DOM0, booted('one', policy), booted('two', '{}'), booted('three', '{}').replace(', lifecycle: {}', '')],
    }),
  )
  const lifecycleOf = (name: string) => (domains[name] as { readonly lifecycle?: object }).lifecycle

  it('is in seconds, with what the manifest says of each end and what is decided without it', () => {
    expect(lifecycleOf('one')).toMatchObject({
      onPoweroff: { value: 'stop', by: 'default' },
      onCrash: { value: 'restart', by: 'manifest', at: '/domains/one/lifecycle/on-crash' },
      onReboot: { value: 'restart', by: 'default' },
      onHang: { value: 'restart', by: 'default' },
      watchdog: 5,
      bootLimit: 60,
      attempts: { max: 3, window: 600, after: 'stop' },
      backoff: { first: 2, max: 30 },
    })
  })

  it('leaves out what there is none of', () => {
    const plain = lifecycleOf('two')
    for (const key of ['watchdog', 'bootLimit', 'notRestartable']) expect(plain).not.toHaveProperty(key)
    expect(lifecycleOf('three')).toBeUndefined()
  })
})

describe('a domain', () => {
  const plan = makePlan({
    domains: [
      dom0({ vcpus: 'all' }),
      dom0less('fixed', { 'direct-map': true }),
      dom0less('free'),
      xlDomain('later', { vcpus: 2 }),
    ],
  })
  const [fixed, free] = plan.dom0less
  const [later] = plan.xl
  if (!fixed || !free || !later) throw new Error('no guests')
  const tree = { root: { name: '', labels: [], properties: [], children: [] }, reservations: [], bootCpuid: 0 }
  const ram = range(guestPhys(0x5000_0000n), bytes(0x1000))
  const { domains } = planDocument({
    ...plan,
    dom0less: [
      {
        ...fixed,
        notRecreatable: [{ because: 'direct-map' }],
        partialTree: {
          kind: 'generated',
          output: 'domains/fixed/passthrough.dtb',
          pointer: '',
          source: { path: 'fixed.dts', size: bytes(1), tree },
          module: { ...plan.load.xen, id: 'domains/fixed/partial-tree' },
        },
      },
      free,
    ],
    xl: [
      {
        ...later,
        ram: [ram],
        affinity: [{ vcpu: 1, cpus: [0, 1], pointer: '' }],
        cpupool: { pool: { pointer: '', name: 'fast', cpus: [] }, id: 1, cpus: [], phandle: 3 },
      },
    ],
  })

  it('has its files where U-Boot loads them', () => {
    const idsOf = (name: string) => ({ kernel: `domains/${name}/kernel`, ramdisk: `domains/${name}/ramdisk` })
    expect(domains['dom0']).toMatchObject(idsOf('dom0'))
    expect(domains['fixed']).toMatchObject({ ...idsOf('fixed'), partialTree: 'domains/fixed/partial-tree' })
    for (const key of ['kernel', 'ramdisk', 'partialTree']) expect(domains['later']).not.toHaveProperty(key)
  })

  it('has RAM where the host has it, or where Xen puts it in every guest', () => {
    expect(domains['fixed']?.ram[0]?.base).toMatchObject({ value: '0x40000000', by: 'allocated' })
    expect(domains['free']?.ram[0]?.base).toMatchObject({ value: '0x40000000', by: 'default' })
    expect(domains['later']?.ram).toMatchObject([{ base: { value: '0x50000000' }, size: { value: '0x1000' } }])
  })

  it('has its processors, whoever creates it', () => {
    expect(domains['dom0']?.vcpus).toMatchObject({ value: 'all', by: 'manifest' })
    expect(domains['later']).toMatchObject({ cpupool: 'fast', affinity: [{ vcpu: 1, cpus: [0, 1] }] })
    expect(domains['free']).not.toHaveProperty('cpupool')
  })

  it('has its colours, and says that it sees memory where the host does', () => {
    const colors = { value: '4-7', by: 'lock', at: 'x' } as const
    const coloured = planDocument({ ...plan, dom0less: [{ ...fixed, colors }, free] }).domains
    expect(coloured['fixed']).toMatchObject({ colors: { value: '4-7', by: 'lock' }, directMap: true })
    for (const key of ['colors', 'directMap']) expect(coloured['free']).not.toHaveProperty(key)
  })

  it('says why xl cannot create it again, where that is so', () => {
    expect(domains['fixed']).toHaveProperty('notRecreatable')
    expect(domains['free']).not.toHaveProperty('notRecreatable')
  })
})

describe('a virtio-mmio device', () => {
  it('has a window and an interrupt of its own in the guest', () => {
    const plan = planOf({
      config: 'ioreq.config',
      domains: [
        'dom0: { boot: dom0, kernel: { image: Image }, memory: 256MiB }',
        'guest: { boot: dom0less, kernel: { image: Image, config: modules.config }, ramdisk: ramdisk, memory: 64MiB, enhanced: enabled }',
      ],
      end: [
        'virtio: { own: { type: entropy, transport: mmio, frontend: guest, backend: dom0, backend-program: { command: [/bin/own, "{ready}"] } } }',
      ],
    })
    const [device] = plan.virtio
    if (device?.transport !== 'mmio') throw new Error('no device')
    const { value: window } = device.window
    const changed = { ...device, interrupt: { value: 50, by: 'lock', at: 'an interrupt' } } as const
    expect(planDocument({ ...plan, virtio: [changed] }).virtio['own']).toMatchObject({
      base: { value: `0x${window.base.toString(16)}`, by: 'allocated' },
      size: { value: `0x${window.size.toString(16)}` },
      interrupt: { value: 50, by: 'lock', at: 'an interrupt' },
    })
  })
})

describe('the whole', () => {
  const plan = makePlan()
  const assembly = assemble(plan)

  it('has what the manifest accepts, and how often it lets the machine be reset', () => {
    const accepted = [{ code: 'RES-016', message: 'm', reason: 'r', at: '/accept/0' }]
    expect(JSON.parse(planJson({ ...assembly, accepted })).accepted).toEqual(accepted)
    expect(JSON.parse(planJson(assembly))).not.toHaveProperty('accepted')
    const resets = planOf({
      domains: [DOM0, booted('one', '{}')],
      end: ['platform-resets: { max: 3, good-after: 2min }'],
    })
    expect(planDocument(resets)).toMatchObject({ platformResets: { max: 3, goodAfter: 120 } })
    expect(planDocument(plan)).not.toHaveProperty('platformResets')
  })

  it('has the window that files are loaded into', () => {
    const loadWindow = [range(hostPhys(0x4000_0000n), bytes(0x1000)), range(hostPhys(0x5000_0000n), bytes(0x2000))]
    expect(planDocument({ ...plan, loadWindow }).host.loadWindow).toEqual([
      { base: '0x40000000', size: '0x1000' },
      { base: '0x50000000', size: '0x2000' },
    ])
  })
})
