/** xl's configuration of a domain (docs/man/xl.cfg.5.pod.in; what is parsed is in tools/xl/xl_parse.c). */

import { atKey, atValue, member, type Origin } from '../diagnostics/diagnostic.ts'
import { isJoined, joinedInDom0 } from '../lifecycle/joined-ramdisk.ts'
import { uuidOf } from '../lifecycle/uuid.ts'
import { type FileReference, type Guest, originOf } from '../model/system-model.ts'
import { plannedGuest, treeByXl } from '../plan/by-domain.ts'
import { guestsOfXl, pathInDom0, treeInDom0 } from '../plan/in-dom0.ts'
import { isForced } from '../plan/passthrough/check-dma.ts'
import { type Mapping, mappingsOf } from '../plan/passthrough/planned-device.ts'
import { controlsFirmware } from '../plan/passthrough/read-scmi.ts'
import type { PlannedAffinity, SystemPlan } from '../plan/system-plan.ts'
import { hex } from '../units/format.ts'
import { MiB, PAGE, wholeUnits } from '../units/quantities.ts'
import { xlP2mWith } from '../xen/domain-limits.ts'
import type { ScalarUnit } from '../xen/guest-scalars.ts'
import { isAtLeast, type Release } from '../xen/releases.ts'
import { XL_KEYS } from '../xen/xl-keys.ts'
import type { XlConfig, XlEntry } from './assembly.ts'
import { firsts } from './firsts.ts'
import { scalarsOf } from './guest-scalars.ts'
import { hostInterrupts } from './host-interrupts.ts'
import { owner } from './origins.ts'
import { pvEntries } from './xl-pv.ts'
import { virtioEntries } from './xl-virtio.ts'

/** One for every domain that dom0 creates, then one for every boot-time domain that it can create again. */
export function xlConfigs(plan: SystemPlan): readonly XlConfig[] {
  if (!plan.dom0) return []
  return guestsOfXl(plan).map(({ domain, ...planned }) => ({
    ...xlConfig(plan, domain),
    ...('id' in planned ? { bootId: planned.id.value } : {}),
  }))
}

function xlConfig(plan: SystemPlan, domain: Guest): XlConfig {
  const entries = [
    ...identity(domain),
    ...images(plan, domain),
    ...partialTree(plan, domain),
    ...hostDevices(plan, domain),
    ...resources(domain),
    ...pageTables(plan, domain),
    ...scalars(domain, ['count', 'MiB'], plan.model.xen.release),
    ...virtioEntries(plan, domain),
    ...pvEntries(plan, domain),
    ...features(plan, domain),
    ...supervision(plan, domain),
  ]
  return { domain: domain.name, pointer: domain.pointer, entries: withExtra(entries, domain) }
}

function identity(domain: Guest): readonly XlEntry[] {
  const origin = owner(domain)
  return [entry('name', domain.name, origin), entry('type', 'pvh', origin)]
}

function images(plan: SystemPlan, domain: Guest): readonly XlEntry[] {
  const { kernel, ramdisk, name } = domain
  const entries = [entry('kernel', pathInDom0(plan, kernel.image), atValue(kernel.image.pointer))]
  const place = (file: FileReference): string => (isJoined(plan, domain) ? joinedInDom0(name) : pathInDom0(plan, file))
  if (ramdisk) entries.push(entry('ramdisk', place(ramdisk), atValue(ramdisk.pointer)))
  if (kernel.bootargs !== '') entries.push(entry('cmdline', kernel.bootargs, originOf(kernel, 'bootargs')))
  return entries
}

function partialTree(plan: SystemPlan, domain: Guest): readonly XlEntry[] {
  const tree = treeByXl(plannedGuest(plan, domain.name))
  return tree ? [entry('device_tree', treeInDom0(plan, tree), atValue(tree.pointer))] : []
}

/** Each interrupt and each page once: what is listed twice is refused (arch/arm/vgic.c: vgic_reserve_virq). */
function hostDevices(plan: SystemPlan, domain: Guest): readonly XlEntry[] {
  const { devices = [], ownTree, partialTree: tree } = plannedGuest(plan, domain.name) ?? {}
  // What is wrong with the domain's own tree was reported; without it Xen is given none of the devices either.
  if (domain['device-tree'] && !tree) return []
  const given = devices.flatMap(({ entry: { pointer }, nodes }) => nodes.map((node) => ({ node, at: atKey(pointer) })))
  const own = ownTree?.devices ?? []
  const origin = given.length > 0 || !ownTree ? atKey(member(domain.pointer, 'passthrough')) : atValue(ownTree.pointer)
  const behindIommu = firsts([
    ...given.flatMap(({ node: { device }, at }) => (isForced(device) ? [] : [[device.place.path, at] as const])),
    ...own.flatMap(({ host, atPath }) => (host?.isBehindIommu ? [[host.place.path, atPath] as const] : [])),
  ])
  const pages = firsts(mappingsFor(plan, domain).map(([mapping, at]) => [iomem(mapping), at]))
  return [
    ...(behindIommu.size > 0 ? [entry('passthrough', 'enabled', origin)] : []),
    ...listEntry('dtdev', behindIommu, origin),
    ...listEntry('irqs', hostInterrupts(plan, domain), origin),
    ...listEntry('iomem', pages, origin),
  ]
}

/** A list of what stands at several places, or nothing. */
const listEntry = (key: string, items: ReadonlyMap<string | number, Origin>, origin: Origin): readonly XlEntry[] =>
  items.size === 0 ? [] : [{ key, value: [...items.keys()].map(String), origin, items: [...items.values()] }]

/** Pages of the host that the domain has, in the order of its devices, with what gives each. */
function mappingsFor(plan: SystemPlan, domain: Guest): readonly (readonly [Mapping, Origin])[] {
  const { devices = [], ownTree } = plannedGuest(plan, domain.name) ?? {}
  const given = devices.flatMap(({ entry: { pointer }, nodes }) =>
    nodes.flatMap(mappingsOf).map((mapping) => [mapping, atKey(pointer)] as const),
  )
  const own = (ownTree?.devices ?? []).flatMap(({ mappings, at }) => mappings.map((mapping) => [mapping, at] as const))
  return [...given, ...own]
}

/** Numbers of pages, in hexadecimal: the first of the host, how many, the first of the guest. */
function iomem({ host, guest }: Mapping): string {
  const page = (address: bigint): string => hex(address / PAGE)
  return `${page(host.base)},${page(host.size)}@${page(guest.base)}`
}

function resources(domain: Guest): readonly XlEntry[] {
  const entries = [
    entry('memory', wholeUnits(domain.memory, MiB), originOf(domain, 'memory')),
    entry('vcpus', BigInt(domain.vcpus), originOf(domain, 'vcpus')),
  ]
  if (domain.console === 'vpl011') entries.push(entry('vuart', 'sbsa_uart', originOf(domain, 'console')))
  return entries
}

/** xl reckons with RAM alone: large windows of devices would not fit into the tables that it has Xen set aside. */
function pageTables(plan: SystemPlan, domain: Guest): readonly XlEntry[] {
  if (domain['p2m-mem'] !== undefined) return []
  const mapped = mappingsFor(plan, domain).map(([{ guest }]) => guest)
  const size = xlP2mWith(mapped, domain.memory, domain.vcpus)
  const origin = atKey(member(domain.pointer, 'passthrough'))
  return size === undefined ? [] : [entry('shadow_memory', wholeUnits(size, MiB), origin)]
}

/** Of a boot-time domain only what this xl knows: Xen may know more. */
const scalars = (domain: Guest, units: readonly ScalarUnit[], release: Release): readonly XlEntry[] =>
  scalarsOf(domain, units).flatMap(({ row, value, origin }) =>
    domain.boot === 'xl' || isAtLeast(release, row.xlSince) ? [entry(row.xlKey, value, origin)] : [],
  )

/** The supervisor knows what it has created by its UUID, and decides alone what becomes of it. */
function supervision({ model }: SystemPlan, domain: Guest): readonly XlEntry[] {
  if (!domain.lifecycle) return []
  const origin = originOf(domain, 'lifecycle')
  return [
    entry('uuid', uuidOf(model.name, domain.name), origin),
    ...ON_DEATH.map((key) => entry(key, 'preserve', origin)),
  ]
}

const ON_DEATH = ['on_poweroff', 'on_reboot', 'on_crash', 'on_watchdog', 'on_soft_reset']

/** Like the limits, only what this xl knows: a boot-time domain can say more. */
function features(plan: SystemPlan, domain: Guest): readonly XlEntry[] {
  const { sve } = domain
  const { model } = plan
  const planned = plannedGuest(plan, domain.name)
  const entries = [
    ...(sve === undefined ? [] : [entry('sve', sve === 0 ? 'disabled' : String(sve), originOf(domain, 'sve'))]),
    ...scalars(domain, ['switch'], model.xen.release),
    ...(domain.sci === undefined || !controlsFirmware(domain, planned?.devices ?? [])
      ? []
      : [entry('arm_sci', `type=${domain.sci}`, originOf(domain, 'sci'))]),
    ...cpusOf(planned?.affinity ?? [], originOf(domain, 'hard-affinity')),
    ...(planned?.cpupool ? [entry('pool', `Pool-${planned.cpupool.id}`, originOf(domain, 'cpupool'))] : []),
    ...(planned?.colors ? [entry('llc_colors', planned.colors.value.split(','), originOf(domain, 'llc-colors'))] : []),
  ]
  return domain.boot === 'xl' ? entries : entries.filter(({ key }) => isKnown(key, plan.model.xen.release))
}

/** One item for each virtual CPU, from 0; xl leaves those after the last item alone (tools/xl/xl_parse.c: parse_vcpu_affinity). */
function cpusOf(affinity: readonly PlannedAffinity[], origin: Origin): readonly XlEntry[] {
  if (affinity.length === 0) return []
  const last = Math.max(...affinity.map(({ vcpu }) => vcpu))
  const items = Array.from({ length: last + 1 }, (_, vcpu) => {
    const bound = affinity.find((candidate) => candidate.vcpu === vcpu)
    return bound ? bound.cpus.join(',') : 'all'
  })
  return [entry('cpus', items, origin)]
}

/** xl ignores keys that it does not know; a limit of a boot-time domain may be one. */
const isKnown = (key: string, release: Release): boolean => {
  const since = XL_KEYS[key]?.since
  return since !== undefined && isAtLeast(release, since)
}

/** The user's keys win over ours and stand in their place. */
function withExtra(entries: readonly XlEntry[], domain: Guest): readonly XlEntry[] {
  const byKey = new Map(entries.map((own) => [own.key, own]))
  for (const extra of domain['extra-xl']) byKey.set(extra.name, entry(extra.name, extra.value, atValue(extra.pointer)))
  return [...byKey.values()]
}

const entry = (key: string, value: XlEntry['value'], origin: Origin): XlEntry => ({ key, value, origin })
