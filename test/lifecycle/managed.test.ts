/** Defaults, order and restartability of domains that are looked after. */
import { afterAll, describe, expect, it } from 'vitest'
import { decide, EVENTS, STATES } from '../../src/lifecycle/decide.ts'
import { resettingKeys } from '../../src/lifecycle/managed.ts'
import { notRestartableText } from '../../src/lifecycle/restartability.ts'
import { Bench } from '../support/checks/systems.ts'
import { booted, created, DOM0, lifecycleIn } from './lives.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const actions = (...domains: readonly string[]) =>
  lifecycleIn(bench, domains).domains.map((managed) => Object.values(managed.actions).join(' '))

describe('what is not said', () => {
  it.each([
    ['{}', 'stop restart restart stop'],
    ['{ watchdog: 5s }', 'stop restart restart restart'],
    ['{ boot-limit: 1min }', 'stop restart restart restart'],
    ['{ on-crash: stop }', 'stop stop stop stop'],
    ['{ on-crash: reset-platform }', 'stop reset-platform reset-platform stop'],
    ['{ on-reboot: stop }', 'stop stop restart stop'],
    ['{ on-crash: reset-platform, on-reboot: restart }', 'stop restart reset-platform stop'],
  ])('of a domain that can come back: %s', (lifecycle, expected) => {
    expect(actions(DOM0, booted('one', lifecycle))).toEqual([expected])
  })

  it.each(['static-mem: auto', 'direct-map: true, static-mem: auto'])('of one that cannot: %s', (more) => {
    expect(actions(DOM0, booted('one', '{ watchdog: 5s }', more))).toEqual(['stop stop stop stop'])
  })

  it('of one without dom0', () => {
    expect(actions(booted('one', '{ watchdog: 5s }').replace('enabled', 'no-xenstore'))).toEqual([
      'stop stop stop stop',
    ])
  })
})

describe('what stands against coming back', () => {
  it('is said in full', () => {
    const lines = [DOM0, booted('one', '{}', 'static-mem: auto'), booted('two', '{}')]
    const end = [
      'shared-memory: { frames: { size: 64KiB, access: { one: {}, two: {} } } }',
      'event-channels: { kick: { ends: { one: {}, two: {} } } }',
    ]
    const { domains } = lifecycleIn(bench, lines, end)
    expect(domains.map(({ notRestartable }) => notRestartable.map(({ because }) => because))).toEqual([
      ['static-mem', 'shared-memory', 'event-channel'],
      ['shared-memory', 'event-channel'],
    ])
  })

  it('is a device whose ends begin together, but not one whose ends find each other again', () => {
    const device = (layout: string) =>
      `{ type: rpmsg, transport: static-shm, layout: ${layout}, frontend: one, backend: two, memory: frames, queues: { rx: { size: 16 }, tx: { size: 16 } }, buffers: { count: 32, size: 512 } }`
    const seen = '{ guest-address: 0x5000_0000 }'
    const { domains } = lifecycleIn(
      bench,
      [DOM0, booted('one', '{}'), booted('two', '{}')],
      [
        `shared-memory: { frames: { size: 1MiB, access: { one: ${seen}, two: ${seen} } } }`,
        `virtio: { table: ${device('resource-table')}, vrings: ${device('static-vrings')} }`,
      ],
    )
    const together = { because: 'one-end', device: 'table', layout: 'resource-table' }
    expect(domains.map(({ notRestartable }) => notRestartable)).toEqual([
      [
        { because: 'shared-memory', region: 'frames' },
        { ...together, peer: 'two' },
      ],
      [
        { because: 'shared-memory', region: 'frames' },
        { ...together, peer: 'one' },
      ],
    ])
    expect(domains.map(({ notRestartable }) => notRestartable.map(notRestartableText).at(-1))).toEqual([
      "'two' would not notice, since both ends of 'table' (resource-table) have to start together",
      "'one' would not notice, since both ends of 'table' (resource-table) have to start together",
    ])
  })

  it('is an id in the tree of another domain', () => {
    bench.put(
      'grants.dts',
      `/dts-v1/; / { passthrough { #address-cells = <2>; #size-cells = <2>; ranges;
        xen_iommu: iommu { compatible = "xen,grant-dma"; #iommu-cells = <1>; };
        virtio@2000000 { compatible = "virtio,mmio"; iommus = <&xen_iommu 1>; }; }; };`,
    )
    const { domains } = lifecycleIn(bench, [
      DOM0,
      booted('backend', '{}'),
      booted('front', '{}', 'device-tree: grants.dts'),
    ])
    expect(domains.map(({ notRestartable }) => notRestartable)).toEqual([
      [{ because: 'id-in-tree', domain: 'front' }],
      [],
    ])
  })
})

describe('what can reset the machine', () => {
  const ENDS = '{ on-crash: stop, attempts: { then: reset-platform } }'
  it.each([
    ['nothing where it stays down', booted('one', ENDS)],
    ['its attempts where it comes back', booted('one', ENDS.replace('{', '{ on-reboot: restart, '))],
    ['its attempts where a corpse keeps devices', created('one', ENDS, "extra-xl: { irqs: ['80'] }")],
    ['its policies', booted('one', '{ on-hang: reset-platform, watchdog: 5s, on-crash: stop }')],
  ])('is what decisions say: %s', (_, domain) => {
    const [managed] = lifecycleIn(bench, [DOM0, domain]).domains
    if (!managed) throw new Error('nothing is looked after')
    const resets = STATES.some((state) =>
      EVENTS.some((event) => decide(managed, state, event, { reboots: 'over', attempts: 'over' }).do === 'reset'),
    )
    expect(resettingKeys(managed).length > 0).toBe(resets)
  })
})

describe('order', () => {
  const names = (lines: readonly string[]): readonly string[] =>
    lifecycleIn(bench, lines).domains.map(({ domain }) => domain.name)

  it('is that of the manifest, with what others need first', () => {
    expect(names([DOM0, created('a', '{}'), created('b', '{}'), booted('c', '{}')])).toEqual(['c', 'a', 'b'])
    expect(names([DOM0, created('a', '{ after: [b] }'), created('b', '{ after: [c] }'), created('c', '{}')])).toEqual([
      'c',
      'b',
      'a',
    ])
  })

  it.each([
    ["disk: ['backend=store,vdev=xvda,target=/d']"],
    ["vif: ['bridge=br0,backend=dom0less-1']"],
    ["virtio: ['type=virtio,device22,transport=mmio,backend=1']"],
  ])('knows a backend by its name, by that of init-dom0less and by its id: %s', (xl) => {
    const { domains } = lifecycleIn(bench, [
      DOM0,
      booted('store', '{}'),
      created('app', '{}', `extra-xl: { ${xl} }`),
      created('ui', '{ after: [app] }'),
    ])
    const [store, app, ui] = domains
    expect([store?.needs, app?.needs, ui?.needs]).toEqual([[], ['store'], ['app']])
    expect([store?.dependents, app?.dependents, ui?.dependents]).toEqual([['app', 'ui'], ['ui'], []])
  })

  it.each(['disks: { data: { target: /d, backend: BY } }', 'networks: { lan: { backend: BY } }'])(
    'knows who serves what: %s',
    (device) => {
      const needs = (backend: string) =>
        lifecycleIn(bench, [
          DOM0,
          created('app', '{}', device.replace('BY', backend)),
          booted('store', '{}'),
        ]).domains.map((managed) => managed.needs)
      expect(needs('store')).toEqual([[], ['store']])
      expect(needs('dom0')).toEqual([[], []])
    },
  )

  it('knows who answers for the registers of a virtio device', () => {
    const lines = [DOM0, created('app', '{}'), booted('store', '{}')]
    const device = (backend: string): string =>
      `virtio: { rng: { type: entropy, transport: mmio, frontend: app, backend: ${backend} } }`
    expect(lifecycleIn(bench, lines, [device('store')]).domains.map(({ needs }) => needs)).toEqual([[], ['store']])
    expect(lifecycleIn(bench, lines, [device('dom0')]).domains.map(({ needs }) => needs)).toEqual([[], []])
  })

  it('ends where domains need each other, which a rule refuses', () => {
    expect(names([DOM0, created('a', '{ after: [b] }'), created('b', '{ after: [a] }')])).toEqual(['b', 'a'])
  })
})
