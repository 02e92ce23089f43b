/** `plan.json`: every number of the plan with where it comes from (schemas/plan.schema.json). */
import { member } from '../diagnostics/diagnostic.ts'
import { type Domain, type Entity, isGiven, type SystemModel } from '../model/system-model.ts'
import { loadedFiles } from '../plan/loaded-files.ts'
import type { LoadedFile, Planned, PlannedDom0less, Provenance, SystemPlan } from '../plan/system-plan.ts'
import { hex } from '../units/format.ts'
import type { Address, Bytes } from '../units/quantities.ts'
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
  regions: {},
  channels: {},
  virtio: {},
})

function hostDocument({ board, loadWindow }: SystemPlan) {
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
    ...(gic ? { gic: { path: gic.path, version: gic.version } } : {}),
    ...(board.stdout === undefined ? {} : { console: board.stdout }),
  }
}

const loadDocument = (file: LoadedFile) => ({
  id: file.id,
  kind: file.kind,
  path: file.path,
  address: planned(file.address),
  size: number(file.size, sizeSource(file)),
  room: { base: hex(file.room.base), size: hex(file.room.size) },
  usedBy: file.usedBy,
})

function sizeSource({ file, path }: LoadedFile): Provenance {
  if (!file) return { by: 'default', reason: 'slot that Xen maps for the tree' }
  return file.declared && file.format.kind === 'missing'
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
    ram: ram.map((bank) => rangeOf(bank, { by: 'default', reason: "Xen's guest memory map" })),
    bootargs: domain.kernel.bootargs,
    ...(domain.boot === 'dom0' ? {} : { console: domain.console }),
    ...(domain.boot === 'dom0less' ? { enhanced: domain.enhanced } : {}),
    affinity: (booted ?? created)?.affinity.map(({ vcpu, cpus }) => ({ vcpu, cpus })) ?? [],
    ...modulesOf(domain.boot === 'dom0' ? plan.dom0 : booted),
    ...(booted?.partialTree?.module ? { partialTree: booted.partialTree.module.id } : {}),
    ...(booted?.notRecreatable === undefined ? {} : { notRecreatable: booted.notRecreatable }),
  }
}

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
