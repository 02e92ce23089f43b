/** Random mixes of virtio-mmio devices: everything that is written down of one, for the guest, for xl, for dom0 and for programs, says the same. */
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { bytesOf } from '../../src/emit/build-record.ts'
import { emitAll } from '../../src/emit/registry.ts'
import { Bench, DOM0, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

/** A program of one's own, a daemon behind xen-vhost-frontend, or QEMU. */
type Kind = 'command' | 'daemon' | 'qemu'

interface Wanted {
  readonly kind: Kind
  readonly isBlock: boolean
  readonly grants: boolean
}

/** Who makes the guest: Xen, an xl with the key virtio, or one without it. */
type Maker = 'xen' | 'xl' | 'old xl'

const MAKERS: Readonly<Record<Maker, { readonly release: string; readonly app: string }>> = {
  xen: { release: '4.20', app: 'boot: dom0less, enhanced: enabled' },
  xl: { release: '4.20', app: 'boot: xl' },
  'old xl': { release: '4.17', app: 'boot: xl, console: vpl011' },
}

/** Most devices, servers, and devices beside QEMU's. */
const MOST = 11
const MOST_SERVERS = 8
const MOST_OF_QEMU = 10

/** The longest start of `wanted` that a guest can have: daemons are for domains that Xen starts. */
function legal(wanted: readonly Wanted[], maker: Maker): readonly Wanted[] {
  const kept: Wanted[] = []
  const count = (kind: Kind, more: Kind): number =>
    [...kept.map((own) => own.kind), more].filter((own) => own === kind).length
  for (const own of wanted) {
    const { kind } = own
    const [commands, daemons, qemus] = [count('command', kind), count('daemon', kind), count('qemu', kind)]
    const servers = commands + Math.min(daemons, 1) + Math.min(qemus, 1)
    const fits = kept.length < MOST && servers <= MOST_SERVERS && qemus <= MOST_OF_QEMU
    if (fits && (qemus === 0 || commands + daemons <= 1) && (daemons === 0 || maker === 'xen')) kept.push(own)
  }
  return kept
}

const COMMAND = `command: [/bin/serve, "{base}", "{interrupt}", "{domain-id}", "{ready}"]`

const LINES: Readonly<Record<Kind, (name: string, wanted: Wanted) => string>> = {
  command: (_, { isBlock, grants }) =>
    `type: ${isBlock ? 'block' : 'net'}, grants: ${grants}, backend-program: { ${COMMAND} }`,
  daemon: () => `type: i2c, grants: false, backend-program: { vhost-device: { device-list: "2:32" } }`,
  qemu: (name, { isBlock, grants }) =>
    isBlock
      ? `type: block, grants: ${grants}, backend-program: { qemu: { drive: /srv/${name} } }`
      : `type: entropy, grants: ${grants}, backend-program: { qemu: {} }`,
}

const TYPE: Readonly<Record<Kind, (wanted: Wanted) => number>> = {
  command: ({ isBlock }) => (isBlock ? 2 : 1),
  daemon: () => 34,
  qemu: ({ isBlock }) => (isBlock ? 2 : 4),
}

/** All that is written, as text. */
function filesOf(wanted: readonly Wanted[], maker: Maker): ReadonlyMap<string, string> {
  const { release, app } = MAKERS[maker]
  const { assembly, findings } = bench.outcomeOf(
    manifestOf({
      release,
      config: 'ioreq.config',
      domains: [
        DOM0,
        `app: { ${app}, kernel: { image: Image, bootargs: modprobe.blacklist=virtio_mmio }, ramdisk: ramdisk, memory: 64MiB }`,
      ],
      end: [
        'virtio:',
        ...wanted.map(
          (own, index) =>
            `  d${index}: { transport: mmio, frontend: app, backend: dom0, ${LINES[own.kind](`d${index}`, own)} }`,
        ),
      ],
    }),
  )
  expect(findings.all.filter(({ severity }) => severity === 'error')).toEqual([])
  if (!assembly) throw new Error('nothing was assembled')
  return new Map(emitAll(assembly).map(({ path, contents }) => [path, Buffer.from(bytesOf(contents)).toString()]))
}

interface Place {
  readonly base: number
  readonly interrupt: number
}

const place = (base: string | number, interrupt: string | number): Place => ({
  base: Number(base),
  interrupt: Number(interrupt),
})

const textOf = (files: ReadonlyMap<string, string>, path: string): string => {
  const text = files.get(path)
  if (text === undefined) throw new Error(`there is no ${path}`)
  return text
}

/** The first group of `pattern` in `text`. */
function foundIn(text: string, pattern: RegExp): string {
  const [, found] = pattern.exec(text) ?? []
  if (found === undefined) throw new Error(`${pattern} is not in ${text}`)
  return found
}

interface Told extends Place {
  readonly deviceId: number
  readonly grants: boolean
  readonly readyAt: string
}

/** What an end is told in three forms, which say the same. */
function toldTo(files: ReadonlyMap<string, string>, domain: string, name: string, role: string): Told {
  const [json, header, environment] = ['json', 'h', 'env'].map((end) =>
    textOf(files, `domains/${domain}/virtio.${end}`),
  )
  const device = JSON.parse(json ?? '').devices[name]
  expect([device.transport, device.role, device.size]).toEqual(['mmio', role, '0x200'])
  const upper = name.toUpperCase()
  const inHeader = (key: string): string =>
    foundIn(header ?? '', new RegExp(`define DOMFORGE_${upper}__${key} (?:UINT64_C\\()?"?([^)"\n]*)`))
  const inEnvironment = (key: string): string =>
    foundIn(environment ?? '', new RegExp(`^DOMFORGE_${upper}__${key}="?([^"\n]*)`, 'm'))
  for (const found of [inHeader, inEnvironment]) {
    expect(place(found('BASE'), found('INTERRUPT'))).toEqual(place(device.base, device.interrupt))
    expect([Number(found('DEVICE_ID')), Number(found('GRANTS'))]).toEqual([device.deviceId, Number(device.grants)])
  }
  expect(inEnvironment('READY_AT')).toBe(device.readyAt)
  const { deviceId, grants, readyAt } = device
  return { ...place(device.base, device.interrupt), deviceId, grants, readyAt }
}

/** Nodes of the partial tree, in its order, with the domain that pages are granted to. */
function nodesIn(files: ReadonlyMap<string, string>): readonly (Place & { readonly grantedTo?: number })[] {
  const tree = textOf(files, 'domains/app/passthrough.dts')
  const phandle = /xen_iommu \{[^}]*[^#]phandle = <(0x[0-9a-f]+)>/.exec(tree)?.[1]
  return [
    ...tree.matchAll(
      /virtio@([0-9a-f]+) \{[^{}]*?reg = <0x0 (0x[0-9a-f]+) 0x0 0x200>;[^{}]*?interrupts = <0x0 (0x[0-9a-f]+) 0xf01>;([^{}]*)/g,
    ),
  ].map(([, unit, base = '', spi, rest = '']) => {
    expect(Number(`0x${unit}`)).toBe(Number(base))
    const [, to, id] = /iommus = <(0x[0-9a-f]+) (0x[0-9a-f]+)>/.exec(rest) ?? []
    if (to !== undefined) expect(to).toBe(phandle)
    return { ...place(base, Number(spi) + 32), ...(id === undefined ? {} : { grantedTo: Number(id) }) }
  })
}

/** The transports of QEMU's that its command line has devices on: they are made from the last to the first. */
function busesIn(script: string): readonly Place[] {
  const first = Number(foundIn(script, /virtio-mmio-base=(0x[0-9a-f]+)/))
  return [...script.matchAll(/bus=virtio-mmio-bus\.(\d+)/g)].map(([, bus]) => {
    const index = MOST_OF_QEMU - 1 - Number(bus)
    return place(first + 0x200 * index, 33 + index)
  })
}

/** What the program of a device is told. */
function servedAt(files: ReadonlyMap<string, string>, name: string, kind: Kind, at: number): Place | undefined {
  if (kind === 'qemu') return busesIn(textOf(files, 'control/virtio/virtio-app-qemu'))[at]
  const script = textOf(files, `control/virtio/virtio-${name}`)
  if (kind === 'command')
    return place(foundIn(script, /\/bin\/serve \\\n\t(\S+)/), foundIn(script, /\/bin\/serve \\\n\t\S+ \\\n\t(\S+)/))
  return place(foundIn(script, /\/base" (0x\S+)/), foundIn(script, /\/irq" (\d+)/))
}

/** Items of `virtio`, which libxl numbers from the first on. */
const countedIn = (
  files: ReadonlyMap<string, string>,
): readonly (Place & { readonly deviceId: number; readonly grants: boolean })[] =>
  [
    ...textOf(files, 'domains/app/app.cfg').matchAll(
      /type=virtio,device([0-9a-f]+),transport=mmio,backend=Domain-0,grant_usage=([01])/g,
    ),
  ].map(([, type, grants], index) => ({
    ...place(0x200_0000 + 0x200 * index, 33 + index),
    deviceId: Number(`0x${type}`),
    grants: grants === '1',
  }))

const byInterrupt = (a: Place, b: Place): number => a.interrupt - b.interrupt

const anyMix = fc.array(
  fc.record({ kind: fc.constantFrom<Kind>('command', 'daemon', 'qemu'), isBlock: fc.boolean(), grants: fc.boolean() }),
  { minLength: 1, maxLength: 14 },
)

/** QEMU is all devices of a guest that libxl numbers, or none. */
const alike = (mix: readonly Wanted[]): readonly Wanted[] =>
  mix.map((own) => ({ ...own, kind: mix[0]?.kind === 'qemu' ? 'qemu' : 'command' }))

const some = (count: number, kind: Kind): readonly Wanted[] =>
  Array.from({ length: count }, (_, index) => ({ kind, isBlock: index % 2 === 0, grants: index % 3 === 0 }))

/** As many as there can be. */
const FULL: [Wanted[]][] = [
  [[...some(7, 'command'), ...some(4, 'daemon')]],
  [[...some(1, 'command'), ...some(10, 'qemu')]],
  [[...some(8, 'command')]],
  [[...some(10, 'qemu')]],
]

it.each<Maker>(['xen', 'xl', 'old xl'])('any mix in a guest that is made by %s', (maker) => {
  fc.assert(
    fc.property(anyMix, (mix) => {
      const wanted = legal(maker === 'xl' ? alike(mix) : mix, maker)
      fc.pre(wanted.length > 0)
      const files = filesOf(wanted, maker)
      const qemus = wanted.map((own, index) => ({ own, index })).filter(({ own }) => own.kind === 'qemu')
      const told = wanted.map((own, index) => {
        const name = `d${index}`
        const driver = toldTo(files, 'app', name, 'driver')
        expect(toldTo(files, 'dom0', name, 'device')).toEqual(driver)
        expect(driver.deviceId).toBe(TYPE[own.kind](own))
        expect(driver.grants).toBe(own.kind !== 'daemon' && own.grants)
        const at = servedAt(
          files,
          name,
          own.kind,
          qemus.findIndex((qemu) => qemu.index === index),
        )
        expect(at).toEqual(place(driver.base, driver.interrupt))
        const script = textOf(files, `control/virtio/virtio-${own.kind === 'qemu' ? 'app-qemu' : name}`)
        expect(script).toContain(`xenstore-write`)
        expect(script).toContain(`/local/domain/$id/${driver.readyAt}`)
        return driver
      })
      const nodes = told.map(({ base, interrupt, grants }) => ({
        base,
        interrupt,
        ...(grants ? { grantedTo: 0 } : {}),
      }))
      const counted = told.map(({ base, interrupt, deviceId, grants }) => ({ base, interrupt, deviceId, grants }))
      if (maker === 'xl') expect(countedIn(files)).toEqual(counted.toSorted(byInterrupt))
      else expect(nodesIn(files).toSorted(byInterrupt)).toEqual(nodes.toSorted(byInterrupt))
      const intids = told.map(({ interrupt }) => interrupt)
      expect(new Set(intids).size).toBe(told.length)
      expect(intids.every((id) => id >= 33 && id <= 43)).toBe(true)
      const bases = told.map(({ base }) => base).toSorted((a, b) => a - b)
      for (const [index, base] of bases.entries()) {
        expect(base % 0x200).toBe(0)
        if (index > 0) expect(base - (bases[index - 1] ?? 0)).toBeGreaterThanOrEqual(0x200)
      }
    }),
    { numRuns: 40, examples: FULL },
  )
})
