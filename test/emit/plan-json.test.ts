/** What `plan.json` says of each part of a plan, number by number. */
import { afterAll, describe, expect, it } from 'vitest'
import { planDocument } from '../../src/emit/plan-json.ts'
import type { SystemPlan } from '../../src/plan/system-plan.ts'
import { bytes, hostPhys } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { booted, DOM0 } from '../lifecycle/lives.ts'
import { makePlan } from '../plan/builder.ts'
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
