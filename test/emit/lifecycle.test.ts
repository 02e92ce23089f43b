/** What dom0 gets to look after domains with. */
import { createHash } from 'node:crypto'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, describe, expect, it } from 'vitest'
import lifecycleSchema from '../../schemas/lifecycle.schema.json' with { type: 'json' }
import planSchema from '../../schemas/plan.schema.json' with { type: 'json' }
import { encode } from '../../src/emit/encode.ts'
import { booted, created, DOM0, RESETS } from '../lifecycle/lives.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

function filesOf(domains: readonly string[], end: readonly string[] = []): ReadonlyMap<string, string> {
  const { assembly } = bench.outcomeOf(manifestOf({ domains, end }))
  if (!assembly) throw new Error('nothing was assembled')
  return new Map(
    encode(assembly).artifacts.flatMap(({ path, contents }) =>
      typeof contents === 'string' ? [[path, contents] as const] : [],
    ),
  )
}

const EVERYTHING = [
  DOM0,
  booted(
    'one',
    '{ reboot-told-by: mark, watchdog: 5s, boot-limit: 1min, on-hang: reset-platform, may-reset-platform: why }',
  ),
  booted('static', '{ on-crash: stop }', 'static-mem: auto'),
  created('two', '{ after: [one] }'),
  'three: { boot: xl, kernel: { image: Image, bootargs: panic=5 }, memory: 64MiB }',
]
const files = filesOf(EVERYTHING, [RESETS])

describe('the schemas', () => {
  it.each([
    ['control/lifecycle.json', lifecycleSchema],
    ['plan.json', planSchema],
  ])('describe %s', (path, schema) => {
    const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema)
    validate(JSON.parse(files.get(path) ?? ''))
    expect(validate.errors).toBeNull()
  })
})

describe('install.list', () => {
  const lines = (files.get('control/install.list') ?? '').trim().split('\n').slice(1)
  const rows = lines.map((line) => line.split(' '))

  it('has every file of control, and the configurations of what is looked after, with their hashes', () => {
    const paths = rows.map(([, , , path]) => path)
    const control = [...files.keys()].filter((path) => path.startsWith('control/') && path !== 'control/install.list')
    expect(paths.toSorted()).toEqual([...control, 'domains/one/one.cfg', 'domains/two/two.cfg'].toSorted())
    for (const [, , hash, path = ''] of rows)
      expect(
        createHash('sha256')
          .update(files.get(path) ?? '')
          .digest('hex'),
        path,
      ).toBe(hash)
  })

  it('makes programs executable, and puts no two files of one init system into one place', () => {
    for (const [, mode, , path = ''] of rows) expect(mode === '0755', path).toBe(files.get(path)?.startsWith('#!'))
    const places = rows.map(([init, , , , destination]) => `${init} ${destination}`)
    expect(new Set(places).size).toBe(places.length)
  })
})

it('xl leaves alone what is looked after, and knows it by a UUID of its own', () => {
  const uuids = ['one', 'two'].map((name) => {
    const text = files.get(`domains/${name}/${name}.cfg`) ?? ''
    expect(text.match(/^on_\w+ = "preserve"$/gm)).toHaveLength(5)
    return /^uuid = "([0-9a-f-]+)"$/m.exec(text)?.[1] ?? ''
  })
  for (const uuid of uuids)
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(uuids[0]).not.toBe(uuids[1])
  expect(files.get('domains/three/three.cfg')).not.toMatch(/uuid|on_/)
})

it('nothing is there where nobody is looked after, or without dom0', () => {
  const control = (domains: readonly string[]) =>
    [...filesOf(domains).keys()].filter((path) => path.startsWith('control/'))
  expect(control([DOM0, 'three: { boot: xl, kernel: { image: Image, bootargs: panic=5 }, memory: 64MiB }'])).toEqual([])
  expect(control([booted('one', '{ on-crash: stop }').replace('enabled', 'no-xenstore')])).toEqual([])
})

describe('programs of virtio devices', () => {
  const DEVICES = [
    'virtio:',
    '  disk: { type: block, transport: mmio, frontend: app, backend: dom0, backend-program: { qemu: { drive: /srv/app.img } } }',
    '  random: { type: entropy, transport: mmio, frontend: app, backend: dom0, backend-program: { command: [rng, "{socket}"] } }',
  ]
  const app = created('app', '{}')

  /** Rows of the script and of its unit. */
  const installed = (folder: string, name: string): RegExp =>
    new RegExp(
      `^all 0755 [0-9a-f]{64} control/${folder}/${name} /usr/lib/domforge/${name}\nsystemd 0644 [0-9a-f]{64} control/${folder}/${name}\\.service /etc/systemd/system/${name}\\.service$`,
      'm',
    )

  it('are stopped and started with the guest that they serve, and are installed', () => {
    const served = filesOf([DOM0, app, created('other', '{}')], DEVICES)
    const hook = served.get('control/hook') ?? ''
    expect(hook).toMatch(
      /^ {2}app\) programs='virtio-app-qemu virtio-random' keys='domforge\/virtio\/disk domforge\/virtio\/random' ;;$/m,
    )
    expect(hook).not.toContain('other)')
    const list = served.get('control/install.list') ?? ''
    for (const name of ['virtio-app-qemu', 'virtio-random']) expect(list).toMatch(installed('virtio', name))
  })

  it('are installed with the disks and networks of guests that Xen has started', () => {
    const guest = booted('one', '{}', 'enhanced: enabled, disks: { root: { target: /srv/a } }')
    const list = filesOf([DOM0, guest]).get('control/install.list') ?? ''
    expect(list).toMatch(installed('pv', 'pv-attach-one'))
  })

  it('are in no hook where there are none', () => {
    expect(filesOf([DOM0, app]).get('control/hook')).not.toContain('programs')
  })
})

it('says in the configuration of a domain that is looked after how it is started', () => {
  const files = filesOf([DOM0, created('one', '{}'), 'two: { boot: xl, kernel: { image: Image }, memory: 64MiB }'])
  const startOf = (name: string) => /^# .*(xl create).*$/m.exec(files.get(`domains/${name}/${name}.cfg`) ?? '')?.[0]
  expect(startOf('one')).toBe('# To start it when it is down: /usr/lib/domforge/supervisor start one, not xl create.')
  expect(startOf('two')).toBe('# Start it in dom0 with: xl create FILE')
})

describe('a backend that Xen has started', () => {
  const SERVED = 'disks: { root: { target: /a, backend: store } }, networks: { lan: { backend: store } }'
  const VIRTIO = ['virtio:', '  random: { type: entropy, transport: mmio, frontend: two, backend: store }']
  const backendsIn = (text: string | undefined) => text?.match(/backend=[^,"' ]*/g)
  const backends = (lifecycle: string) => {
    const store = lifecycle === '' ? booted('store', '').replace(', lifecycle: ', '') : booted('store', lifecycle)
    const served = filesOf(
      [DOM0, store, booted('one', '{ on-crash: stop }', SERVED), created('two', '{}', SERVED)],
      VIRTIO,
    )
    return ['domains/one/one.cfg', 'domains/two/two.cfg', 'control/pv/pv-attach-one'].map((path) =>
      backendsIn(served.get(path)),
    )
  }

  it('is named where it may have come back with another id, and by its id when guests get their first devices', () => {
    const [one, two, attached] = backends('{ on-crash: restart }')
    expect(one).toEqual(['backend=store', 'backend=store'])
    expect(two).toEqual(['backend=store', 'backend=store', 'backend=store'])
    expect(attached).toEqual(['backend=1', 'backend=1'])
  })

  it('keeps its id where nothing creates it again', () => {
    const [one, two, attached] = backends('')
    expect([one, two, attached]).toEqual([
      ['backend=1', 'backend=1'],
      ['backend=1', 'backend=1', 'backend=1'],
      ['backend=1', 'backend=1'],
    ])
  })
})
