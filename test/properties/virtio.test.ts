/** Random devices: parts are apart, aligned and inside, writers share no cache line, both ends are told the same, and a lock keeps places. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import virtioSchema from '../../schemas/virtio.schema.json' with { type: 'json' }
import { assemble } from '../../src/assemble/assemble.ts'
import { bytesOf } from '../../src/emit/build-record.ts'
import { lockText } from '../../src/emit/lock-file.ts'
import { emitAll } from '../../src/emit/registry.ts'
import { documentText } from '../../src/emit/virtio/json.ts'
import { deviceSymbols, domainSymbols } from '../../src/emit/virtio/symbols.ts'
import { type StaticShmDocument, type VirtioDocument, virtioDocument } from '../../src/guests/virtio-document.ts'
import type { SystemPlan } from '../../src/plan/system-plan.ts'
import { staticShmOf } from '../../src/plan/virtio/planned-virtio.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'
import { anyDevices, systemWith } from '../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const LINE = 64
const validate = new Ajv2020().compile(virtioSchema)

function planOf(devices: Parameters<typeof systemWith>[0]): SystemPlan {
  const { plan, findings } = bench.outcomeOf(manifestOf(systemWith(devices)))
  expect(findings.all.filter(({ severity }) => severity === 'error')).toEqual([])
  if (!plan) throw new Error('no plan')
  return plan
}

interface Span {
  readonly what: string
  readonly from: number
  readonly to: number
  readonly writer: string
  readonly layout: string
}

/** Every part of every device in a region, as the plan places it. */
const spansIn = ({ virtio }: SystemPlan, region: string): readonly Span[] =>
  staticShmOf(virtio)
    .filter((planned) => planned.region.region.name === region)
    .flatMap(({ device, place, layout }) =>
      layout.parts.map(({ kind, queue, offset, size, writer }) => {
        const from = Number(place.value.base + offset)
        return {
          what: `${device.name} ${queue ?? ''} ${kind}`,
          from,
          to: from + Number(size),
          writer,
          layout: device.layout,
        }
      }),
    )
    .toSorted((a, b) => a.from - b.from)

const documents = (plan: SystemPlan): readonly VirtioDocument[] =>
  ['one', 'two'].map((name) => virtioDocument(plan, name))

/** What is the same for both ends. */
const shared = ({ role: _role, peer: _peer, queues, ...rest }: StaticShmDocument): object => ({
  ...rest,
  queues: Object.entries(queues).map(([name, { notify, ...queue }]) => [name, { ...queue, channel: notify?.channel }]),
})

describe('random devices', () => {
  it('have parts that are apart, on cache lines, and inside their region', () => {
    fc.assert(
      fc.property(anyDevices, (devices) => {
        const plan = planOf(devices)
        for (const { region } of plan.regions) {
          const spans = spansIn(plan, region.name)
          // Linux' carveouts are whole pages.
          for (const { from, layout } of spans) if (layout === 'resource-table') expect(from % 65536).toBe(0)
          for (const [index, { from, to }] of spans.entries()) {
            const next = spans[index + 1]
            expect(from % LINE).toBe(0)
            expect(to).toBeLessThanOrEqual(Number(region.size))
            // The next part has the line behind the last one of this part: no line has two writers.
            if (next) expect(next.from).toBeGreaterThanOrEqual(Math.ceil(to / LINE) * LINE)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('have queues of the sizes that the specification gives them', () => {
    fc.assert(
      fc.property(anyDevices, (devices) => {
        for (const { layout, device } of staticShmOf(planOf(devices).virtio))
          for (const { queue, format } of layout.queues) {
            const sizes = layout.parts.filter((part) => part.queue === queue.name).map(({ size }) => Number(size))
            const n = queue.size
            const legacy = Math.ceil((18 * n + 6) / LINE) * LINE + Math.ceil((8 * n + 6) / LINE) * LINE
            const split = [16 * n, 2 * n + 6, 8 * n + 6]
            const expected = device.layout === 'resource-table' ? [legacy] : format === 'split' ? split : [16 * n, 4, 4]
            expect(sizes).toEqual(expected)
          }
      }),
      { numRuns: 60 },
    )
  })

  it("deal their buffers out: each queue's are its own, inside the device, and no more than it has descriptors", () => {
    fc.assert(
      fc.property(anyDevices, (devices) => {
        for (const { layout } of staticShmOf(planOf(devices).virtio)) {
          const part = layout.parts.find(({ kind }) => kind === 'buffers')
          const { count, stride, size } = layout.buffers ?? { count: 0, stride: 0n, size: 0n }
          expect(stride % BigInt(LINE)).toBe(0n)
          expect(stride).toBeGreaterThanOrEqual(size)
          let next = 0
          for (const { queue, buffers } of layout.queues) {
            expect(buffers.first).toBe(next)
            expect(buffers.count).toBeLessThanOrEqual(queue.size)
            next += buffers.count
          }
          expect(next).toBeLessThanOrEqual(count)
          // Less than one buffer for each queue is left over.
          expect(count - next).toBeLessThan(Math.max(layout.queues.length, 1))
          expect(part?.size ?? 0n).toBe(BigInt(count) * stride)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('are told to both ends alike, in documents that keep to the schema, under names of their own', () => {
    fc.assert(
      fc.property(anyDevices, (devices) => {
        const [one, two] = documents(planOf(devices))
        if (!one || !two) throw new Error('no documents')
        for (const document of [one, two]) {
          expect(validate(JSON.parse(documentText(document))), JSON.stringify(validate.errors)).toBe(true)
          const names = [...domainSymbols(document), ...deviceSymbols(document).flatMap(({ symbols }) => symbols)]
          expect(new Set(names.map(({ name }) => name)).size).toBe(names.length)
        }
        for (const [name, device] of Object.entries(one.devices)) {
          const other = two.devices[name]
          if (!other) throw new Error(`${name} has one end`)
          expect([device.role, other.role].toSorted()).toEqual(['device', 'driver'])
          expect([device.peer.name, other.peer.name]).toEqual(['two', 'one'])
          if (device.transport !== 'static-shm' || other.transport !== 'static-shm') throw new Error('by registers')
          expect(shared(device)).toEqual(shared(other))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('have metadata that fits behind the ramdisk, as planned', () => {
    fc.assert(
      fc.property(anyDevices, (devices) => {
        const { assembly } = bench.outcomeOf(manifestOf(systemWith(devices)))
        if (!assembly) throw new Error('nothing was assembled')
        const artifacts = emitAll(assemble(assembly.plan))
        for (const { behind } of assembly.plan.load.modules) {
          const archive = artifacts.find(({ path }) => path === behind?.path)
          expect(archive ? bytesOf(archive.contents).length : undefined).toBe(behind && Number(behind.size))
        }
      }),
      { numRuns: 40 },
    )
  })

  it('stay where their lock says when others come before them, whatever is removed', () => {
    fc.assert(
      fc.property(anyDevices, anyDevices, fc.nat(), (devices, more, which) => {
        const placesOf = (plan: SystemPlan) =>
          new Map(staticShmOf(plan.virtio).map(({ device, place }) => [device.name, place.value.base]))
        const before = planOf(devices)
        const kept = devices.filter((_, index) => index !== which % (devices.length + 1))
        const renamed = more.map((device) => ({ ...device, name: `more-${device.name.slice(5)}` }))
        bench.put('system.lock.yaml', lockText(before))
        try {
          const after = planOf([...renamed, ...kept])
          for (const { name } of kept) expect(placesOf(after).get(name)).toBe(placesOf(before).get(name))
          bench.put('system.lock.yaml', lockText(after))
          expect(lockText(planOf([...renamed, ...kept]))).toBe(lockText(after))
        } finally {
          bench.drop('system.lock.yaml')
        }
      }),
      { numRuns: 40 },
    )
  })

  it('stay where they are when others come behind them', () => {
    fc.assert(
      fc.property(anyDevices, anyDevices, (devices, more) => {
        const placesOf = (plan: SystemPlan) =>
          staticShmOf(plan.virtio).map(({ device, place, hash }) => [device.name, place.value.base, hash])
        const before = placesOf(planOf(devices))
        const after = placesOf(
          planOf([...devices, ...more.map((device) => ({ ...device, name: `more-${device.name.slice(5)}` }))]),
        )
        expect(after.slice(0, before.length)).toEqual(before)
      }),
      { numRuns: 30 },
    )
  })
})

it('metadata fits with the longest names and the most queues that there can be', () => {
  const long = (name: string): string => name.padEnd(40, '-x')
  const queues = Object.fromEntries(
    Array.from({ length: 128 }, (_, pair) => ['port-receiveq', 'port-transmitq'].map((name) => `${name}${pair + 1}`))
      .flat()
      .slice(0, 252)
      .map((name) => [name, { size: 1 }]),
  )
  const device = {
    type: 'console',
    transport: 'static-shm',
    layout: 'static-vrings',
    frontend: long('one'),
    backend: long('two'),
    memory: long('frames'),
    notify: long('kick'),
    features: ['size', 'multiport', 'emerg-write', 'event-idx', 'ring-packed', 'in-order'],
    queues: {
      ...Object.fromEntries(
        ['receiveq', 'transmitq', 'control-receiveq', 'control-transmitq'].map((name) => [name, { size: 1 }]),
      ),
      ...queues,
    },
    config: { cols: 65535, rows: 65535, 'emerg-wr': 4294967295 },
    buffers: { count: 256, size: 16384 },
  }
  const parts = systemWith([])
  const text = manifestOf({
    domains: (parts.domains ?? []).map((line) => line.replace(/^\w+/, long)),
    end: [
      `shared-memory: { ${long('frames')}: { size: 16MiB, access: { ${long('one')}: {}, ${long('two')}: {} } } }`,
      `event-channels: { ${long('kick')}: { ends: { ${long('one')}: {}, ${long('two')}: {} } } }`,
      `virtio: ${JSON.stringify({ [long('device')]: device })}`,
    ],
  }).replace('name: near-miss', `name: ${JSON.stringify('$"\\'.repeat(33))}`)
  const { assembly, findings } = bench.outcomeOf(text)
  expect(findings.all).toEqual([])
  if (!assembly) throw new Error('nothing was assembled')
  const archive = emitAll(assembly).find(({ path }) => path.endsWith('.cpio'))
  const contents = Buffer.from(bytesOf(archive?.contents ?? ''))
  // What is filled up behind the last entry.
  const used = contents.lastIndexOf('TRAILER!!!') + 12
  expect(used / contents.length).toBeGreaterThan(0.3)
  expect(used / contents.length).toBeLessThan(0.9)
})
