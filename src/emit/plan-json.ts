/** `plan.json`: every number of the plan with where it comes from (schemas/plan.schema.json). */

import { member } from '../diagnostics/diagnostic.ts'
import { whyNotText } from '../guests/recreatable.ts'
import { type Domain, type Entity, isGiven, type SystemModel } from '../model/system-model.ts'
import type { PlannedColoring, PlannedCpupool } from '../plan/cpus/planned-cpus.ts'
import type { PlannedChannel, PlannedRegion } from '../plan/links/planned-links.ts'
import { loadedFiles } from '../plan/loaded-files.ts'
import type { Planned, Provenance } from '../plan/provenance.ts'
import type { FileBehind, LoadedFile, PlannedDom0less, PlannedXl, SystemPlan } from '../plan/system-plan.ts'
import type { QueueLayout } from '../plan/virtio/device-layout.ts'
import type { PlannedStaticShm, PlannedVirtio } from '../plan/virtio/planned-virtio.ts'
import { hex } from '../units/format.ts'
import { type Address, type Bytes, offset } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'
import type { Emitter } from './artifact.ts'

/** Addresses and sizes are hex strings, exact to 64 bits; counts and ids are numbers. */
type JsonNumber = { readonly value: string | number } & Provenance

export const planArtifact: Emitter = {
  name: 'plan.json',
  summary: 'every number with where it comes from, for tools',
  emit: ({ plan }) => [{ path: 'plan.json', contents: planJson(plan) }],
}

export const planJson = (plan: SystemPlan): string => json(planDocument(plan))

export const json = (document: object): string => `${JSON.stringify(document, null, 2)}\n`

export const planDocument = (plan: SystemPlan) => ({
  version: 1,
  system: plan.model.name,
  xen: plan.model.xen.release,
  host: hostDocument(plan),
  load: loadedFiles(plan.load).map(loadDocument),
  domains: Object.fromEntries(plan.model.domains.map((domain) => [domain.name, domainDocument(plan, domain)])),
  regions: Object.fromEntries(plan.regions.map((planned) => [planned.region.name, regionDocument(planned)])),
  channels: Object.fromEntries(plan.channels.map(({ channel, ends }) => [channel.name, channelDocument(ends)])),
  virtio: Object.fromEntries(plan.virtio.map((planned) => [planned.device.name, virtioPlan(planned)])),
})

function regionDocument({ region, id, host, parties }: PlannedRegion) {
  const first = region['initialised-by']
  return {
    id: text(id),
    host: placeOf(host, region.pointer),
    access: Object.fromEntries(
      parties.map(({ access, guest }) => [
        access.domain,
        { guest: placeOf(guest, region.pointer), ...(access.role ? { role: access.role } : {}) },
      ]),
    ),
    ...(first === undefined ? {} : { initialisedBy: first }),
  }
}

const channelDocument = (ends: PlannedChannel['ends']) => ({
  ends: Object.fromEntries(ends.map(({ end, port }) => [end.domain, { port: planned(port) }])),
})

function virtioPlan(planned: PlannedVirtio) {
  switch (planned.transport) {
    case 'static-shm':
      return staticShmPlan(planned)
  }
}

function staticShmPlan({ device, region, place: { value: place, ...source }, layout, hash }: PlannedStaticShm) {
  return {
    type: device.type.name,
    layout: device.layout,
    frontend: device.frontend,
    backend: device.backend,
    region: region.region.name,
    offset: number(place.base, source),
    size: number(layout.size, { by: 'default', reason: 'header, configuration, queues and buffers' }),
    features: hex(layout.features),
    ...(device.layout === 'static-vrings' ? { hash: hex(hash) } : {}),
    parts: layout.parts.map((part) => ({
      kind: part.kind,
      ...(part.queue === undefined ? {} : { queue: part.queue }),
      offset: hex(offset(place.base, part.offset)),
      size: hex(part.size),
      writer: part.writer,
    })),
    queues: Object.fromEntries(layout.queues.map((queue) => [queue.queue.name, queuePlan(queue)])),
    ...(layout.buffers
      ? { buffers: { count: layout.buffers.count, size: hex(layout.buffers.size), stride: hex(layout.buffers.stride) } }
      : {}),
  }
}

const queuePlan = ({ queue, index, format, buffers }: QueueLayout) => ({
  index,
  size: queue.size,
  format,
  buffers,
  ...(queue.notify === undefined ? {} : { notify: queue.notify.channel }),
})

/** An address that somebody chose, with the size that the manifest says of the region at `pointer`. */
const placeOf = <A extends Address>({ value, ...source }: Planned<Range<A>>, pointer: string) => ({
  base: number(value.base, source),
  size: number(value.size, { by: 'manifest', at: member(pointer, 'size') }),
})

const text = ({ value, ...source }: Planned<string>) => ({ value, ...source })

function hostDocument({ board, loadWindow, cpupools, staticHeap, coloring }: SystemPlan) {
  const { gic } = board
  return {
    model: board.model,
    ram: board.ram.map((bank) => rangeOf(bank, { by: 'device-tree', at: '/memory' })),
    owned: board.owned.map(({ range, owner, by, noMap }) => ({
      ...rangeOf(range, by === 'manifest' ? { by: 'manifest', at: owner } : { by: 'device-tree', at: owner }),
      owner,
      noMap,
    })),
    loadWindow: loadWindow.map((part) => ({ base: hex(part.base), size: hex(part.size) })),
    cpus: board.cpus.map(({ path }) => path),
    cpupools: Object.fromEntries(cpupools.map((pool) => [pool.pool.name, poolDocument(pool)])),
    ...(staticHeap.length > 0 ? { staticHeap: staticHeap.map(chosenRange) } : {}),
    ...(coloring ? { coloring: coloringDocument(coloring) } : {}),
    ...(gic ? { gic: { path: gic.path, version: gic.version } } : {}),
    ...(board.stdout === undefined ? {} : { console: board.stdout }),
  }
}

const poolDocument = ({ pool, id, cpus }: PlannedCpupool) => ({
  id,
  cpus: cpus.map((cpu) => cpu.id),
  ...(pool.scheduler === undefined ? {} : { scheduler: pool.scheduler }),
})

const coloringDocument = ({ total, xen, dom0 }: PlannedColoring) => ({
  ...(total === undefined ? {} : { total }),
  ...(xen ? { xen: text(xen) } : {}),
  ...(dom0 ? { dom0: text(dom0) } : {}),
})

const chosenRange = <A extends Address>({ value, ...source }: Planned<Range<A>>) => rangeOf(value, source)

const loadDocument = (file: LoadedFile) => ({
  id: file.id,
  kind: file.kind,
  path: file.path,
  address: planned(file.address),
  size: number(file.size, sizeSource(file)),
  room: { base: hex(file.room.base), size: hex(file.room.size) },
  ...(file.behind ? { behind: behindDocument(file.behind) } : {}),
  usedBy: file.usedBy,
})

const behindDocument = ({ path, offset: at, size }: FileBehind) => ({ path, offset: hex(at), size: hex(size) })

function sizeSource({ contents, path, behind }: LoadedFile): Provenance {
  if (contents.kind === 'host-tree') return { by: 'default', reason: 'slot that Xen maps for the tree' }
  if (behind) return { by: 'allocated', reason: `${path} rounded up to a whole page, then ${behind.path}` }
  const file = contents.kind === 'file' ? contents.facts : undefined
  return file?.declared && file.format.kind === 'missing'
    ? { by: 'manifest', at: file.declared.pointer }
    : { by: 'image', at: path }
}

function domainDocument(plan: SystemPlan, domain: Domain) {
  const booted = plan.dom0less.find((candidate) => candidate.domain.name === domain.name)
  const created = plan.xl.find((candidate) => candidate.domain.name === domain.name)
  const ram = booted?.ram ?? created?.ram ?? []
  return {
    boot: domain.boot,
    ...(domain.boot === 'dom0' ? { id: count(0, { by: 'default', reason: "dom0's id" }) } : {}),
    ...(booted ? { id: planned(booted.id) } : {}),
    memory: number(domain.memory, sourceOf(plan.model, domain, 'memory')),
    vcpus: count(domain.vcpus, sourceOf(plan.model, domain, 'vcpus')),
    ram: ram.map((bank) => rangeOf(bank, sourceOfRam(domain))),
    ...(booted?.staticMem ? { staticMem: booted.staticMem.map(chosenRange) } : {}),
    ...(domain.boot === 'dom0less' && domain['direct-map'] ? { directMap: true } : {}),
    ...poolAndColors(booted ?? created),
    bootargs: domain.kernel.bootargs,
    ...(domain.boot === 'dom0' ? {} : { console: domain.console }),
    ...(domain.boot === 'dom0less' ? { enhanced: domain.enhanced } : {}),
    affinity: (booted ?? created)?.affinity.map(({ vcpu, cpus }) => ({ vcpu, cpus })) ?? [],
    ...modulesOf(domain.boot === 'dom0' ? plan.dom0 : booted),
    ...(booted?.partialTree ? { partialTree: booted.partialTree.module.id } : {}),
    ...(booted?.notRecreatable === undefined ? {} : { notRecreatable: whyNotText(booted.notRecreatable) }),
  }
}

const sourceOfRam = (domain: Domain): Provenance =>
  domain.boot === 'dom0less' && domain['direct-map']
    ? { by: 'allocated', reason: 'the same as on the host' }
    : { by: 'default', reason: "Xen's guest memory map" }

const poolAndColors = (guest: PlannedDom0less | PlannedXl | undefined) => ({
  ...(guest?.cpupool ? { cpupool: guest.cpupool.pool.name } : {}),
  ...(guest?.colors ? { colors: text(guest.colors) } : {}),
})

/** Ids of the `load` entries. */
const modulesOf = (planned: Pick<PlannedDom0less, 'kernel' | 'ramdisk'> | undefined) => ({
  ...(planned ? { kernel: planned.kernel.id } : {}),
  ...(planned?.ramdisk ? { ramdisk: planned.ramdisk.id } : {}),
})

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

const planned = ({ value, ...source }: Planned<Address> | Planned<number>): JsonNumber =>
  typeof value === 'number' ? { value, ...source } : { value: hex(value), ...source }

const number = (value: Address | Bytes, source: Provenance): JsonNumber => ({ value: hex(value), ...source })

const count = (value: number, source: Provenance): JsonNumber => ({ value, ...source })
