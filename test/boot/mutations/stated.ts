/** What a tree says of its domains, held against what Xen's keys and the guests themselves say. */

import { poolOfDomain, poolsOf, started } from '../../../src/checks/xen/scheduling.ts'
import { HostInterrupts } from '../../../src/checks/xen/view/device-interrupts.ts'
import type { DomainView } from '../../../src/checks/xen/view/domains.ts'
import { hasDom0 } from '../../../src/checks/xen/view/hardware-owner.ts'
import type { ModuleView } from '../../../src/checks/xen/view/modules.ts'
import { partialTreesOf } from '../../../src/checks/xen/view/passthrough.ts'
import { firstString, readProperty } from '../../../src/checks/xen/view/property.ts'
import type { XenView } from '../../../src/checks/xen/view.ts'
import { type ChannelState, type DomainState, readChannels, readDomainStates, readPools } from '../xen-report.ts'

const PAGE = 4096n

/** Whether what is typed goes to Xen, so that it answers keys and marks what every guest writes. */
export const hasFocus = (view: XenView | undefined): boolean =>
  view?.commandLine.words.some(({ key, value }) => key === 'conswitch' && value === 'ax') ?? false

/** Domains whose `up` is to be waited for; dom0 is 0. */
export const talking = (view: XenView): readonly number[] => [
  ...(hasDom0(view) ? [0] : []),
  ...view.domains.flatMap(({ vpl011 }, index) => (vpl011 ? [index + 1] : [])),
]

/** One line for each thing that is not as the tree says. Empty `lines` of Xen's keys are no difference: they were not asked. */
export function unlikeStated(view: XenView, lines: readonly string[]): readonly string[] {
  const states = readDomainStates(lines)
  const own = view.domains.flatMap((domain, index) => [
    ...(states.length === 0
      ? []
      : stateDifferences(
          view,
          domain,
          states.find(({ id }) => id === index + 1),
        )),
    ...(hasFocus(view) ? toldDifferences(domain, index + 1, lines) : []),
  ])
  const machine =
    states.length === 0 ? [] : [...channelDifferences(view, readChannels(lines)), ...poolDifferences(view, lines)]
  return [...own, ...machine]
}

const differ = (what: string, stated: unknown, found: unknown): readonly string[] =>
  String(stated) === String(found) ? [] : [`${what}: ${String(stated)} in the tree, ${String(found)} found`]

function stateDifferences(view: XenView, domain: DomainView, state: DomainState | undefined): readonly string[] {
  if (!state) return [`${domain.name}: not there`]
  const { vcpus, memory = 0n, name } = domain
  return [
    ...differ(`${name}: vCPUs`, vcpus, state.hardAffinity.length),
    ...differ(`${name}: pages`, (memory + ownedShared(view, name)) / PAGE, state.pages),
    ...differ(`${name}: I/O memory`, ioMemory(view, domain), state.ioMemory),
    ...differ(`${name}: interrupts`, hasInterrupts(view, domain), state.interrupts !== '{ }'),
    ...differ(`${name}: colours`, readProperty(domain.node.node, 'llc-colors') !== undefined, state.colors !== ''),
  ]
}

function ownedShared({ shm }: XenView, name: string): bigint {
  const own = shm.filter(({ domain, role }) => domain === name && role === 'owner')
  return own.reduce((sum, { place }) => sum + (place?.size ?? 0n), 0n)
}

/** Page numbers, as Xen prints them: it grants the page behind each region as well (dom0less-build.c: handle_passthrough_prop). */
function ioMemory(view: XenView, domain: DomainView): string {
  const tree = partialTreesOf(view).find((one) => one.domain === domain)
  const regions = (tree?.nodes ?? []).flatMap((node) => node.regions.map(({ host }) => host))
  const texts = regions.map(({ base, size }) => `${(base / PAGE).toString(16)}-${((base + size) / PAGE).toString(16)}`)
  return texts.length === 0 ? '{ }' : `{ ${texts.join(', ')} }`
}

function hasInterrupts(view: XenView, domain: DomainView): boolean {
  const interrupts = new HostInterrupts(view)
  const nodes = partialTreesOf(view).flatMap((tree) => (tree.domain === domain ? tree.nodes : []))
  return nodes.some(({ host }) => host !== undefined && interrupts.sharedOf(host.path).length > 0)
}

function channelDifferences(view: XenView, found: readonly ChannelState[]): readonly string[] {
  const idOf = (name: string | undefined): number =>
    name === undefined ? 0 : view.domains.findIndex((domain) => domain.name === name) + 1
  const stated = view.evtchns.flatMap(({ domain, port, remote }) => {
    const other = view.evtchns.find(({ node }) => node === remote)
    return other ? [`d${idOf(domain)}:${port} d${idOf(other.domain)}:${other.port}`] : []
  })
  const texts = found.map((one) => `d${one.domain}:${one.port} d${one.remoteDomain}:${one.remotePort}`)
  return differ('channels', stated.toSorted().join(', '), texts.toSorted().join(', '))
}

function poolDifferences(view: XenView, lines: readonly string[]): readonly string[] {
  const cpus = started(view)
  const pools = poolsOf(view)
  const stated = pools.map((pool) => {
    const ids = view.domains.flatMap((domain, index) => (poolOfDomain(view, pools, domain) === pool ? [index + 1] : []))
    const numbers = pool.cpus.map((cpu) => cpus.indexOf(cpu)).toSorted((a, b) => a - b)
    return `${numbers.join(' ')}: ${pool.scheduler}, d${ids.join(' d')}`
  })
  const found = readPools(lines).map(({ cpus: own, scheduler, domains }) => {
    const ids = domains.filter((id) => id !== 0)
    return `${numbersOf(own).join(' ')}: ${scheduler}, d${ids.join(' d')}`
  })
  return differ('CPU pools', stated.toSorted().join('; '), found.toSorted().join('; '))
}

/** `0-1,3` → 0, 1, 3. */
const numbersOf = (text: string): readonly number[] =>
  text.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })

/** A guest with a console prints what its tree holds. */
function toldDifferences(domain: DomainView, id: number, lines: readonly string[]): readonly string[] {
  const told = toldBy(id, lines)
  if (told.size === 0) return domain.vpl011 ? [`${domain.name}: says nothing`] : []
  const name = domain.name
  const initrd =
    Number(`0x${told.get('/chosen linux,initrd-end') ?? 0}`) -
    Number(`0x${told.get('/chosen linux,initrd-start') ?? 0}`)
  const cpus = [...told.keys()].filter((key) => key.startsWith('/cpus/cpu@')).length
  return [
    ...differ(`${name}: arguments`, argumentsOf(domain.kernel), told.get('/chosen bootargs') ?? ''),
    ...differ(`${name}: ramdisk`, domain.ramdisk?.range?.size ?? 0n, initrd),
    ...differ(`${name}: CPUs in its tree`, domain.vcpus, cpus),
  ]
}

function toldBy(id: number, lines: readonly string[]): ReadonlyMap<string, string> {
  const pattern = new RegExp(`^${id === 0 ? '' : `\\(XEN\\) DOM${id}: `}told (\\S+ \\S+) (\\S*)$`)
  return new Map(
    lines.flatMap((line) => {
      const [, key, value = ''] = pattern.exec(line) ?? []
      return key === undefined ? [] : [[key, value] as const]
    }),
  )
}

/** As the guest prints them: in hexadecimal with the NUL, or as a hash where they are long. Xen hands on none that are empty. */
function argumentsOf(kernel: ModuleView | undefined): string {
  const text = kernel?.bootargs ? firstString(kernel.bootargs) : ''
  if (text === '') return ''
  const data = Buffer.from(`${text}\0`)
  return data.length <= 32 ? data.toString('hex') : `#${fnv(data)}`
}

function fnv(data: Uint8Array): string {
  let hash = 2166136261
  for (const byte of data) hash = Math.imul(hash ^ byte, 16777619) >>> 0
  return hash.toString(16).padStart(8, '0')
}
