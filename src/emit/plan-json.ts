/** `plan.json`: every number of the plan with where it comes from (schemas/plan.schema.json). */

import type { Assembly } from '../assemble/assembly.ts'
import { member } from '../diagnostics/diagnostic.ts'
import { whyNotTexts } from '../guests/recreatable.ts'
import { type Domain, type Entity, isGiven, type SystemModel } from '../model/system-model.ts'
import { bootedGuest, createdGuest } from '../plan/by-domain.ts'
import { colorsKey } from '../plan/cpus/domain-colors.ts'
import type { PlannedColoring, PlannedCpupool } from '../plan/cpus/planned-cpus.ts'
import { guestKey } from '../plan/guest-memory/regions.ts'
import { argoPortKey } from '../plan/links/argo.ts'
import { portKey } from '../plan/links/channels.ts'
import type { PlannedChannel, PlannedRegion } from '../plan/links/planned-links.ts'
import { idKey } from '../plan/links/shm-ids.ts'
import { loadedFiles } from '../plan/loaded-files.ts'
import { orderKey } from '../plan/lock/order.ts'
import { hostKey, staticMemKey } from '../plan/memory.ts'
import { type NumberFinder, numberFinder } from '../plan/number-finder.ts'
import { coloringKey, HEAP_KEY } from '../plan/numbers.ts'
import type { Provenance } from '../plan/provenance.ts'
import type { FileBehind, LoadedFile, PlannedDom0less, PlannedXl, SystemPlan } from '../plan/system-plan.ts'
import type { QueueLayout } from '../plan/virtio/device-layout.ts'
import { offsetKey } from '../plan/virtio/devices.ts'
import { interruptKey, windowKey } from '../plan/virtio/mmio.ts'
import type { PlannedMmio, PlannedStaticShm, PlannedVirtio } from '../plan/virtio/planned-virtio.ts'
import { hex } from '../units/format.ts'
import { type Address, type Bytes, offset } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'
import type { Emitter } from './artifact.ts'
import { devicesDocument } from './plan-devices.ts'
import { lifecycleDocument, resetsDocument } from './plan-lifecycle.ts'
import { reachDocument } from './plan-reach.ts'

/** Addresses and sizes are hex strings, exact to 64 bits; counts and ids are numbers. */
type JsonNumber = { readonly value: string | number } & Provenance

export const planArtifact: Emitter = {
  name: 'plan.json',
  summary: 'every number with where it comes from, for tools',
  emit: (assembly) => [{ path: 'plan.json', contents: planJson(assembly) }],
}

export const planJson = ({ plan, accepted }: Assembly): string =>
  json({ ...planDocument(plan), ...acceptedOf(accepted) })

/** Nothing where nothing is accepted. */
const acceptedOf = (accepted: Assembly['accepted']) => (accepted.length === 0 ? {} : { accepted })

export const json = (document: object): string => `${JSON.stringify(document, null, 2)}\n`

export function planDocument(plan: SystemPlan) {
  const find = numberFinder(plan)
  return {
    version: 1,
    system: plan.model.name,
    xen: plan.model.xen.version.text,
    host: hostDocument(plan, find),
    load: loadedFiles(plan.load).map((file) => loadDocument(file, find)),
    domains: Object.fromEntries(plan.model.domains.map((domain) => [domain.name, domainDocument(plan, domain, find)])),
    regions: Object.fromEntries(plan.regions.map((planned) => [planned.region.name, regionDocument(planned, find)])),
    channels: Object.fromEntries(
      plan.channels.map((planned) => [planned.channel.name, channelDocument(planned, find)]),
    ),
    ...argoDocument(plan, find),
    virtio: Object.fromEntries(plan.virtio.map((planned) => [planned.device.name, virtioPlan(planned, find)])),
    ...resetsDocument(plan),
  }
}

function regionDocument({ region, parties }: PlannedRegion, find: NumberFinder) {
  const first = region['initialised-by']
  return {
    id: text(find.one('region-id', idKey(region.name))),
    host: placeOf(find.one('memory', hostKey(region.name)), region.pointer),
    access: Object.fromEntries(
      parties.map(({ access: { domain, role } }) => {
        const guest = placeOf(find.one('region-view', guestKey(region.name, domain)), region.pointer)
        return [domain, { guest, ...(role ? { role } : {}) }]
      }),
    ),
    ...(first === undefined ? {} : { initialisedBy: first }),
  }
}

const channelDocument = ({ channel, ends }: PlannedChannel, find: NumberFinder) => ({
  ends: Object.fromEntries(
    ends.map(({ end: { domain } }) => {
      const { value, source } = find.one('port', portKey(channel.name, domain))
      return [domain, { port: count(value, source) }]
    }),
  ),
})

/** Nothing where there are no links. */
const argoDocument = ({ argo }: SystemPlan, find: NumberFinder) =>
  argo.length === 0
    ? {}
    : {
        argo: Object.fromEntries(
          argo.map(({ link: { name, ends } }) => {
            const { value, source } = find.one('argo-port', argoPortKey(name))
            return [name, { ends: ends.map(({ domain }) => domain), port: count(value, source) }]
          }),
        ),
      }

function virtioPlan(planned: PlannedVirtio, find: NumberFinder) {
  switch (planned.transport) {
    case 'static-shm':
      return staticShmPlan(planned, find)
    case 'mmio':
      return mmioPlan(planned, find)
  }
}

function staticShmPlan({ device, region, place, layout, hash }: PlannedStaticShm, find: NumberFinder) {
  const { value, source } = find.one('device-place', offsetKey(device.name))
  return {
    type: device.type.name,
    layout: device.layout,
    frontend: device.frontend,
    backend: device.backend,
    region: region.region.name,
    offset: number(value.base, source),
    size: number(layout.size, { by: 'default', reason: 'header, configuration, queues and buffers' }),
    features: hex(layout.features.bits),
    ...(device.layout === 'static-vrings' ? { hash: hex(hash) } : {}),
    parts: layout.parts.map((part) => ({
      kind: part.kind,
      ...(part.queue === undefined ? {} : { queue: part.queue }),
      offset: hex(offset(place.value.base, part.offset)),
      size: hex(part.size),
      writer: part.writer,
    })),
    queues: Object.fromEntries(layout.queues.map((queue) => [queue.queue.name, queuePlan(queue)])),
    ...(layout.buffers
      ? { buffers: { count: layout.buffers.count, size: hex(layout.buffers.size), stride: hex(layout.buffers.stride) } }
      : {}),
  }
}

const mmioPlan = ({ device }: PlannedMmio, find: NumberFinder) => {
  const window = find.one('device-window', windowKey(device.name))
  const interrupt = find.one('device-interrupt', interruptKey(device.name))
  return {
    type: device.type.name,
    transport: device.transport,
    frontend: device.frontend,
    backend: device.backend,
    grants: device.grants,
    base: number(window.value.base, window.source),
    size: number(window.value.size, { by: 'default', reason: 'registers and configuration of a device' }),
    interrupt: count(interrupt.value, interrupt.source),
  }
}

const queuePlan = ({ queue, index, format, buffers }: QueueLayout) => ({
  index,
  size: queue.size,
  format,
  buffers,
  ...(queue.notify === undefined ? {} : { notify: queue.notify.channel }),
})

/** An address with who chose it, and the size that the manifest gives the region at `pointer`. */
const placeOf = <A extends Address>({ value, source }: Sourced<Range<A>>, pointer: string) => ({
  base: number(value.base, source),
  size: number(value.size, { by: 'manifest', at: member(pointer, 'size') }),
})

interface Sourced<T> {
  readonly value: T
  readonly source: Provenance
}

const text = ({ value, source }: Sourced<string>) => ({ value, ...source })

function hostDocument({ board, loadWindow, cpupools, staticHeap, coloring }: SystemPlan, find: NumberFinder) {
  const { gic } = board
  return {
    model: board.model,
    ram: board.ram.map((bank) => rangeOf(bank, { by: 'device-tree', at: '/memory' })),
    owned: board.owned.map((owned) => ({
      ...rangeOf(owned.range, ownership(board, owned)),
      owner: owned.owner,
      noMap: owned.noMap,
    })),
    loadWindow: loadWindow.map((part) => ({ base: hex(part.base), size: hex(part.size) })),
    cpus: board.cpus.map(({ path }) => path),
    cpupools: Object.fromEntries(cpupools.map((pool) => [pool.pool.name, poolDocument(pool)])),
    ...(staticHeap.length > 0 ? { staticHeap: find.all('memory', HEAP_KEY).map(chosenRange) } : {}),
    ...(coloring ? { coloring: coloringDocument(coloring, find) } : {}),
    ...(gic ? { gic: { path: gic.path, version: gic.version } } : {}),
    ...(board.stdout === undefined ? {} : { console: board.stdout }),
  }
}

type Board = SystemPlan['board']

function ownership({ firmware }: Board, { range, by, owner }: Board['owned'][number]): Provenance {
  if (by === 'manifest') return { by, at: owner }
  const assumed = firmware.find((part) => by === 'firmware' && part.range.base === range.base)
  return assumed ? { by: 'default', reason: assumed.source } : { by: 'device-tree', at: owner }
}

const poolDocument = ({ pool, id, cpus }: PlannedCpupool) => ({
  id,
  cpus: cpus.map((cpu) => cpu.id),
  ...(pool.scheduler === undefined ? {} : { scheduler: pool.scheduler }),
})

function coloringDocument({ total }: PlannedColoring, find: NumberFinder) {
  const [xen] = find.all('colors', coloringKey('Xen'))
  const [dom0] = find.all('colors', coloringKey('dom0'))
  return {
    ...(total === undefined ? {} : { total }),
    ...(xen ? { xen: text(xen) } : {}),
    ...(dom0 ? { dom0: text(dom0) } : {}),
  }
}

const chosenRange = <A extends Address>({ value, source }: Sourced<Range<A>>) => rangeOf(value, source)

const loadDocument = (file: LoadedFile, find: NumberFinder) => ({
  id: file.id,
  kind: file.kind,
  path: file.path,
  address: addressOf(find.one('file', file.id)),
  size: number(file.size, sizeSource(file)),
  room: { base: hex(file.room.base), size: hex(file.room.size) },
  ...(file.behind ? { behind: behindDocument(file.behind) } : {}),
  usedBy: file.usedBy,
})

const addressOf = ({ value, source }: Sourced<Range<Address>>) => number(value.base, source)

const behindDocument = ({ path, offset: at, size }: FileBehind) => ({ path, offset: hex(at), size: hex(size) })

function sizeSource({ contents, path, behind }: LoadedFile): Provenance {
  if (contents.kind === 'host-tree') return { by: 'default', reason: 'slot that Xen maps for the tree' }
  if (behind) return { by: 'allocated', reason: `${path} rounded up to a whole page, then ${behind.path}` }
  const file = contents.kind === 'file' ? contents.facts : undefined
  return file?.declared && file.format.kind === 'missing'
    ? { by: 'manifest', at: file.declared.pointer }
    : { by: 'image', at: path }
}

function domainDocument(plan: SystemPlan, domain: Domain, find: NumberFinder) {
  const booted = bootedGuest(plan, domain.name)
  const created = createdGuest(plan, domain.name)
  const ram = booted?.ram ?? created?.ram ?? []
  const [id] = find.all('domain-id', orderKey(domain.name))
  const staticMem = find.all('memory', staticMemKey(domain.name))
  return {
    boot: domain.boot,
    ...(domain.boot === 'dom0' ? { id: count(0, { by: 'default', reason: "dom0's id" }) } : {}),
    ...(id ? { id: count(id.value, id.source) } : {}),
    memory: number(domain.memory, sourceOf(plan.model, domain, 'memory')),
    vcpus: vcpusOf(plan.model, domain),
    ram: ram.map((bank) => rangeOf(bank, sourceOfRam(domain))),
    ...(booted?.staticMem ? { staticMem: staticMem.map(chosenRange) } : {}),
    ...(domain.boot === 'dom0less' && domain['direct-map'] ? { directMap: true } : {}),
    ...poolAndColors(booted ?? created, domain.name, find),
    bootargs: domain.kernel.bootargs,
    ...(domain.boot === 'dom0' ? {} : { console: domain.console }),
    ...(domain.boot === 'dom0less' ? { enhanced: domain.enhanced } : {}),
    affinity: (booted ?? created)?.affinity.map(({ vcpu, cpus }) => ({ vcpu, cpus })) ?? [],
    ...modulesOf(domain.boot === 'dom0' ? plan.dom0 : booted),
    ...(booted?.partialTree ? { partialTree: booted.partialTree.module.id } : {}),
    ...(booted?.notRecreatable === undefined ? {} : { notRecreatable: whyNotTexts(booted.notRecreatable) }),
    ...devicesDocument(plan, domain.name),
    ...reachDocument(plan, domain.name),
    ...lifecycleDocument(plan, domain.name),
  }
}

const sourceOfRam = (domain: Domain): Provenance =>
  domain.boot === 'dom0less' && domain['direct-map']
    ? { by: 'allocated', reason: 'the same as on the host' }
    : { by: 'default', reason: "Xen's guest memory map" }

function poolAndColors(guest: PlannedDom0less | PlannedXl | undefined, name: string, find: NumberFinder) {
  const [colors] = find.all('colors', colorsKey(name))
  return {
    ...(guest?.cpupool ? { cpupool: guest.cpupool.pool.name } : {}),
    ...(colors ? { colors: text(colors) } : {}),
  }
}

/** Ids of the `load` entries. */
const modulesOf = (planned: Pick<PlannedDom0less, 'kernel' | 'ramdisk'> | undefined) => ({
  ...(planned ? { kernel: planned.kernel.id } : {}),
  ...(planned?.ramdisk ? { ramdisk: planned.ramdisk.id } : {}),
})

/** How many Xen gives dom0 it counts itself unless the manifest says so. */
function vcpusOf(model: SystemModel, domain: Domain) {
  const source = sourceOf(model, domain, 'vcpus')
  return domain.vcpus === 'all' ? { value: 'all', ...source } : count(domain.vcpus, source)
}

/** A value that stands in the manifest, or its default. */
function sourceOf<E extends Entity>(model: SystemModel, entity: E, key: keyof E & string): Provenance {
  return isGiven(model, entity, key)
    ? { by: 'manifest', at: member(entity.pointer, key) }
    : { by: 'default', reason: 'not given in the manifest' }
}

const rangeOf = <A extends Address>(range: Range<A>, source: Provenance) => ({
  base: number(range.base, source),
  size: number(range.size, source),
})

const number = (value: Address | Bytes, source: Provenance): JsonNumber => ({ value: hex(value), ...source })

const count = (value: number, source: Provenance): JsonNumber => ({ value, ...source })
