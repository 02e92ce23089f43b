/** `plan.json`: every number of the plan, and where each comes from (schemas/plan.schema.json). */

import type { Assembly } from '../assemble/assembly.ts'
import { xenArguments } from '../assemble/xen-arguments.ts'
import { member } from '../diagnostics/diagnostic.ts'
import { whyNotTexts } from '../guests/recreatable.ts'
import { type Domain, type Entity, isGiven, type SystemModel } from '../model/system-model.ts'
import { bootedGuest, createdGuest } from '../plan/by-domain.ts'
import { colorsKey } from '../plan/cpus/domain-colors.ts'
import type { PlannedColoring, PlannedCpupool } from '../plan/cpus/planned-cpus.ts'
import { loadedFiles } from '../plan/loaded-files.ts'
import { orderKey } from '../plan/lock/order.ts'
import { staticMemKey } from '../plan/memory.ts'
import { type NumberFinder, numberFinder } from '../plan/number-finder.ts'
import { coloringKey, HEAP_KEY } from '../plan/numbers.ts'
import type { Provenance } from '../plan/provenance.ts'
import type { FileBehind, LoadedFile, PlannedDom0less, PlannedXl, SystemPlan } from '../plan/system-plan.ts'
import { hex } from '../units/format.ts'
import type { Address } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'
import type { Emitter } from './artifact.ts'
import { bootDocument, ownMethod } from './plan-boot.ts'
import { devicesDocument } from './plan-devices.ts'
import { lifecycleDocument, resetsDocument } from './plan-lifecycle.ts'
import { argoDocument, channelDocument, regionDocument, virtioPlan } from './plan-links.ts'
import { count, number, rangeOf, type Sourced, text } from './plan-number.ts'
import { reachDocument } from './plan-reach.ts'

/** The file. */
export const planArtifact: Emitter = {
  name: 'plan.json',
  summary: 'every number with where it comes from, for tools',
  emit: (assembly) => [{ path: 'plan.json', contents: planJson(assembly) }],
}

/** The text of the file. */
export const planJson = ({ plan, accepted }: Assembly): string =>
  json({ ...planDocument(plan), ...acceptedOf(accepted) })

/** Accepted findings; empty if there are none. */
const acceptedOf = (accepted: Assembly['accepted']) => (accepted.length === 0 ? {} : { accepted })

/** `document` as text, with a line break at its end. */
export const json = (document: object): string => `${JSON.stringify(document, null, 2)}\n`

/** All of the document but accepted findings. */
export function planDocument(plan: SystemPlan) {
  const find = numberFinder(plan)
  return {
    version: 1,
    system: plan.model.name,
    xen: plan.model.xen.version.text,
    xenBootargs: xenArguments(plan),
    boot: bootDocument(plan.model.boot),
    host: hostDocument(plan, find),
    load: loadedFiles(plan.load).map((file) => loadDocument(plan, file, find)),
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

const loadDocument = ({ model }: SystemPlan, file: LoadedFile, find: NumberFinder) => ({
  id: file.id,
  kind: file.kind,
  path: file.path,
  ...ownMethod(file, model.boot),
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

/** A domain's kernel and ramdisk, by their ids in `load`. */
const modulesOf = (planned: Pick<PlannedDom0less, 'kernel' | 'ramdisk'> | undefined) => ({
  ...(planned ? { kernel: planned.kernel.id } : {}),
  ...(planned?.ramdisk ? { ramdisk: planned.ramdisk.id } : {}),
})

/** Number of virtual CPUs. For `all` Xen counts the CPUs itself. */
function vcpusOf(model: SystemModel, domain: Domain) {
  const source = sourceOf(model, domain, 'vcpus')
  return domain.vcpus === 'all' ? { value: 'all', ...source } : count(domain.vcpus, source)
}

/** Provenance of a value that the manifest gives, or has a default. */
function sourceOf<E extends Entity>(model: SystemModel, entity: E, key: keyof E & string): Provenance {
  return isGiven(model, entity, key)
    ? { by: 'manifest', at: member(entity.pointer, key) }
    : { by: 'default', reason: 'not given in the manifest' }
}
