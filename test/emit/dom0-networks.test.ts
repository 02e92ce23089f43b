/** What in dom0 waits for its network, and ends before it: units and scripts of guests that have an interface there, and no others. */
import { afterAll, expect, it } from 'vitest'
import { emitAll } from '../../src/emit/registry.ts'
import { booted, created, DOM0 } from '../lifecycle/lives.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

/** Files of `control/` that name the network in the way of their init system. */
function waiting(domains: readonly string[], end: readonly string[] = []): readonly string[] {
  const { assembly, findings } = bench.outcomeOf(
    manifestOf({ config: 'ioreq.config', domains: [DOM0, ...domains], end }),
  )
  if (!assembly) throw new Error(findings.all.map(({ message }) => message).join('\n'))
  return emitAll(assembly).flatMap(({ path, contents }) =>
    /^After=.* network\.target$|^# Required-Start: .* \$network |^\tuse net$/m.test(String(contents)) ? [path] : [],
  )
}

const ENDS = ['service', 'init', 'openrc'].map((end) => `control/domforge-guests.${end}`)
const PREPARES = ['init', 'openrc'].map((end) => `control/domforge-prepare.${end}`)
const LAN = 'networks: { lan: { bridge: lan } }'
const STORE = booted('store', '{ on-crash: restart-dependents, on-reboot: restart-dependents }')
const net = (backend: string) => [
  'virtio:',
  `  lan: { type: net, transport: mmio, frontend: app, backend: ${backend}${backend === 'dom0' ? ', backend-program: { command: [net] }' : ''} }`,
]

it.each([
  [
    'an interface of a guest that Xen starts',
    [booted('one', '{}', LAN)],
    [],
    [...PREPARES, 'control/pv/pv-attach-one.service', ...ENDS],
  ],
  [
    'one whose backend is dom0 by name',
    [booted('one', '{}', 'networks: { lan: { backend: dom0 } }')],
    [],
    [...PREPARES, 'control/pv/pv-attach-one.service', ...ENDS],
  ],
  ['one of a guest that xl creates', [created('app', '{}', LAN)], [], ENDS],
  ['one from extra-xl', [created('app', '{}', 'extra-xl: { vif: ["bridge=lan"] }')], [], ENDS],
  ['one of virtio', [created('app', '{}')], net('dom0'), ENDS],
  ['a disk', [booted('one', '{}', 'disks: { data: { target: /a } }')], [], []],
  [
    'an interface that another domain serves',
    [STORE, created('app', '{}', 'networks: { lan: { backend: store } }')],
    [],
    [],
  ],
  ['one of virtio that another domain serves', [STORE, created('app', '{}')], net('store'), []],
] as const)('%s', (_, domains, end, expected) => {
  expect(waiting(domains, end).toSorted()).toEqual(expected.toSorted())
})
