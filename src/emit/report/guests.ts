/** What each guest sees: memory, interrupts, arguments. */

import { posix } from 'node:path'
import type { Guest } from '../../model/system-model.ts'
import { interruptIds } from '../../passthrough/interrupt-ids.ts'
import { channelsOf } from '../../plan/by-domain.ts'
import { knowsXen } from '../../plan/guest-memory/fixed-places.ts'
import { guestMap, sharedWith } from '../../plan/guest-memory/map.ts'
import { argoOf } from '../../plan/links/argo.ts'
import type { PlannedDevice } from '../../plan/passthrough/planned-device.ts'
import type { PlannedAffinity, PlannedDom0less, PlannedXl, SystemPlan } from '../../plan/system-plan.ts'
import { hex, roughSize } from '../../units/format.ts'
import { end } from '../../units/range.ts'
import { VPL011_INTERRUPT } from '../../xen/domain-limits.ts'
import { GUEST_EVENT_INTERRUPT, GUEST_TIMER_INTERRUPT } from '../../xen/guest-interrupts.ts'
import { table, wrap } from './layout.ts'

/** A block for each domain that has anything to show, dom0 first. */
export function guestLines(plan: SystemPlan): readonly string[] {
  const guests = [...plan.dom0less, ...plan.xl].map((guest) => linesOf(plan, guest))
  return [dom0Lines(plan), ...guests]
    .filter((lines) => lines.length > 0)
    .flatMap((lines, index) => [...(index === 0 ? [] : ['']), ...lines])
}

function linesOf(plan: SystemPlan, guest: PlannedDom0less | PlannedXl): readonly string[] {
  const { domain, affinity, cpupool, colors, partialTree } = guest
  return [
    `  ${domain.name}`,
    ...memoryLines(plan, guest),
    ...channelLines(plan, domain.name),
    ...argoLines(plan, domain.name),
    ...line('cpupool', cpupool ? [cpupool.pool.name] : []),
    ...line('colours', colors ? [colors.value] : []),
    ...line(
      'processors',
      affinity.map((bound) => processorsOf(plan, bound)),
    ),
    ...line('rights', domain.boot === 'dom0less' ? (domain.capabilities ?? []) : []),
    ...line('features', features(domain)),
    ...guest.devices.flatMap(deviceLines),
    ...line('its tree', partialTree ? [`with /passthrough of ${partialTree.source.path}`] : []),
    ...wrap([...interrupts(domain), ...ofDevices(guest)].join(', '), '    interrupts: '),
    ...wrap(domain.kernel.bootargs === '' ? 'none' : domain.kernel.bootargs, '    arguments:  '),
  ]
}

/** A device of the host, and what happens to everything that it depends on. */
function deviceLines({ entry, nodes, closure, held }: PlannedDevice): readonly string[] {
  const own = nodes.flatMap(({ device }) => [device.place.path, ...interruptIds(device).map((id) => `interrupt ${id}`)])
  const forced = nodes.some(({ device }) => device.dma.does !== 'no' && !held.has(device.place))
  return [
    ...line('device', [`'${entry.name}'`, ...own, ...(forced ? ['behind no IOMMU'] : [])]),
    ...closure.choices.flatMap(({ dependency, fate, provider, what }) =>
      wrap(`${dependency}${provider === undefined ? '' : ` (${provider})`} ${fate}: ${what}`, '      - '),
    ),
  ]
}

/** A line with a heading; none without `parts`. */
const line = (heading: string, parts: readonly string[]): readonly string[] =>
  parts.length === 0 ? [] : wrap(parts.join(', '), `    ${`${heading}:`.padEnd(12)}`)

const processorsOf = ({ board }: SystemPlan, { vcpu, cpus }: PlannedAffinity): string =>
  `virtual ${vcpu} on ${cpus.map((id) => posix.basename(board.cpus[id]?.path ?? '')).join(' or ')}`

const features = ({ sve, sci, 'trap-unmapped-accesses': trap }: Guest): readonly string[] => [
  ...(sve === undefined ? [] : [sve === 'hw' ? "SVE of the machine's length" : `SVE of ${sve} bits`]),
  ...(trap === false ? ['accesses to unmapped addresses do not fault'] : []),
  ...(sci === undefined ? [] : ['clocks and power of the firmware, by SCMI']),
]

function memoryLines(plan: SystemPlan, guest: PlannedDom0less | PlannedXl): readonly string[] {
  const rows = guestMap(plan, guest).map(({ what, range: r }) => [hex(r.base), hex(end(r)), roughSize(r.size), what])
  return mapTable(rows).map((row) => `  ${row}`)
}

/** Shared memory, channels and links of dom0. Its RAM is not known before boot. */
function dom0Lines(plan: SystemPlan): readonly string[] {
  const name = plan.dom0?.domain.name
  const shared = name === undefined ? [] : sharedWith(plan, name)
  const rows = shared.map(({ what, range: r }) => [hex(r.base), hex(end(r)), roughSize(r.size), what])
  const lines = [
    ...(rows.length > 0 ? mapTable(rows).map((row) => `  ${row}`) : []),
    ...channelLines(plan, name ?? ''),
    ...argoLines(plan, name ?? ''),
  ]
  return lines.length === 0 ? [] : [`  ${name}`, ...lines]
}

const mapTable = (rows: readonly (readonly string[])[]): readonly string[] =>
  table(
    [
      { heading: 'from', align: 'right' },
      { heading: 'up to', align: 'right' },
      { heading: 'size', align: 'right' },
      { heading: 'what', align: 'left' },
    ],
    rows,
  )

/** Ports of event channels, and the domains that they lead to. */
function channelLines(plan: SystemPlan, name: string): readonly string[] {
  const ports = channelsOf(plan, name).flatMap(({ channel, ends: [first, second] }) => {
    const own = first.end.domain === name ? first : second
    const other = own === first ? second : first
    return own.end.domain === name ? [`${own.port.value} '${channel.name}' to ${other.end.domain}`] : []
  })
  return line('channels', ports)
}

/** Ports of Argo, and the domains that they lead to. */
const argoLines = ({ argo }: SystemPlan, name: string): readonly string[] =>
  line(
    'Argo ports',
    argoOf(argo, name).map(
      ({ link, port }) =>
        `${port.value} '${link.name}' to ${link.ends.map(({ domain }) => domain).find((domain) => domain !== name)}`,
    ),
  )

const interrupts = (domain: Guest): readonly string[] => [
  `${GUEST_TIMER_INTERRUPT} timer`,
  ...(knowsXen(domain) ? [`${GUEST_EVENT_INTERRUPT} event channels`] : []),
  ...(domain.console === 'vpl011' ? [consoleInterrupt(domain)] : []),
]

/** Interrupts of a guest's devices, each once. */
const ofDevices = ({ devices }: PlannedDom0less | PlannedXl): readonly string[] => [
  ...new Set(
    devices.flatMap(({ entry, nodes }) =>
      nodes.flatMap(({ device }) => interruptIds(device).map((id) => `${id} '${entry.name}'`)),
    ),
  ),
]

const consoleInterrupt = (domain: Guest): string =>
  domain.boot === 'dom0less' && domain['direct-map']
    ? "that of the host's console for the vPL011"
    : `${VPL011_INTERRUPT} vPL011`
