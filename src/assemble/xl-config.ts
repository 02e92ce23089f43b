/** Configurations of xl (docs/man/xl.cfg.5.pod.in; tools/xl/xl_parse.c). */

import { atKey, atValue, member, type Origin } from '../diagnostics/diagnostic.ts'
import { isJoined, joinedInDom0 } from '../lifecycle/joined-ramdisk.ts'
import { uuidOf } from '../lifecycle/uuid.ts'
import { type FileReference, type Guest, originOf } from '../model/system-model.ts'
import { plannedGuest, treeByXl } from '../plan/by-domain.ts'
import { guestsOfXl, pathInDom0, treeInDom0 } from '../plan/in-dom0.ts'
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

/** All configurations: of domains that dom0 creates, then of boot-time domains that it can create again. */
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

/** Keys for devices of the host. Interrupts and pages are listed once: Xen refuses an interrupt that is given twice (arch/arm/vgic.c: vgic_reserve_virq). */
function hostDevices(plan: SystemPlan, domain: Guest): readonly XlEntry[] {
  const { devices = [], ownTree, partialTree: tree } = plannedGuest(plan, domain.name) ?? {}
  // The domain's own tree is wrong, as was reported: without it the guest has none of the devices.
  if (domain['device-tree'] && !tree) return []
  const given = devices.flatMap(({ entry: { pointer }, nodes, held }) =>
    nodes.map(({ device: { place } }) => ({ place, isHeld: held.has(place), at: atKey(pointer) })),
  )
  const own = ownTree?.devices ?? []
  const origin = given.length > 0 || !ownTree ? atKey(member(domain.pointer, 'passthrough')) : atValue(ownTree.pointer)
  const behindIommu = firsts([
    ...given.flatMap(({ place, isHeld, at }) => (isHeld ? [[place.path, at] as const] : [])),
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

/** A list whose items come from several places; nothing if it would be empty. */
const listEntry = (key: string, items: ReadonlyMap<string | number, Origin>, origin: Origin): readonly XlEntry[] =>
  items.size === 0 ? [] : [{ key, value: [...items.keys()].map(String), origin, items: [...items.values()] }]

/** Pages of the host that the domain gets, in the order of its devices, with the origin of each. */
function mappingsFor(plan: SystemPlan, domain: Guest): readonly (readonly [Mapping, Origin])[] {
  const { devices = [], ownTree } = plannedGuest(plan, domain.name) ?? {}
  const given = devices.flatMap(({ entry: { pointer }, nodes }) =>
    nodes.flatMap(mappingsOf).map((mapping) => [mapping, atKey(pointer)] as const),
  )
  const own = (ownTree?.devices ?? []).flatMap(({ mappings, at }) => mappings.map((mapping) => [mapping, at] as const))
  return [...given, ...own]
}

/** An item of `iomem`, in pages and hexadecimal: the first of the host, their count, the first of the guest. */
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

/** Memory for page tables. xl's default counts RAM only: with large windows of devices the tables would not fit. */
function pageTables(plan: SystemPlan, domain: Guest): readonly XlEntry[] {
  if (domain['p2m-mem'] !== undefined) return []
  const mapped = mappingsFor(plan, domain).map(([{ guest }]) => guest)
  const size = xlP2mWith(mapped, domain.memory, domain.vcpus)
  const origin = atKey(member(domain.pointer, 'passthrough'))
  return size === undefined ? [] : [entry('shadow_memory', wholeUnits(size, MiB), origin)]
}

/** Limits, as far as this xl knows them. A boot-time domain can have others, which Xen knows. */
const scalars = (domain: Guest, units: readonly ScalarUnit[], release: Release): readonly XlEntry[] =>
  scalarsOf(domain, units).flatMap(({ row, value, origin }) =>
    domain.boot === 'xl' || isAtLeast(release, row.xlSince) ? [entry(row.xlKey, value, origin)] : [],
  )

/** Keys for the supervisor: it knows the domains that it has created by their UUIDs, and xl must not act on their ends. */
function supervision({ model }: SystemPlan, domain: Guest): readonly XlEntry[] {
  if (!domain.lifecycle) return []
  const origin = originOf(domain, 'lifecycle')
  return [
    entry('uuid', uuidOf(model.name, domain.name), origin),
    ...ON_DEATH.map((key) => entry(key, 'preserve', origin)),
  ]
}

const ON_DEATH = ['on_poweroff', 'on_reboot', 'on_crash', 'on_watchdog', 'on_soft_reset']

/** Features, like limits as far as this xl knows them. */
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

/** `cpus`, with an item for each virtual CPU, from 0. Those after the last item may run anywhere (tools/xl/xl_parse.c: parse_vcpu_affinity). */
function cpusOf(affinity: readonly PlannedAffinity[], origin: Origin): readonly XlEntry[] {
  if (affinity.length === 0) return []
  const last = Math.max(...affinity.map(({ vcpu }) => vcpu))
  const items = Array.from({ length: last + 1 }, (_, vcpu) => {
    const bound = affinity.find((candidate) => candidate.vcpu === vcpu)
    return bound ? bound.cpus.join(',') : 'all'
  })
  return [entry('cpus', items, origin)]
}

/** Whether xl of `release` knows `key`. */
const isKnown = (key: string, release: Release): boolean => {
  const since = XL_KEYS[key]?.since
  return since !== undefined && isAtLeast(release, since)
}

/** `entries` with the keys of `extra-xl`, which replace those of the same name, or come last. */
function withExtra(entries: readonly XlEntry[], domain: Guest): readonly XlEntry[] {
  const byKey = new Map(entries.map((own) => [own.key, own]))
  for (const extra of domain['extra-xl']) byKey.set(extra.name, entry(extra.name, extra.value, atValue(extra.pointer)))
  return [...byKey.values()]
}

const entry = (key: string, value: XlEntry['value'], origin: Origin): XlEntry => ({ key, value, origin })
