/** What each guest sees: memory, interrupts, arguments. */
import { posix } from 'node:path'
import type { Guest } from '../../model/system-model.ts'
import type { PlannedAffinity, SystemPlan } from '../../plan/system-plan.ts'
import { hex, roughSize } from '../../units/format.ts'
import type { GuestPhys } from '../../units/quantities.ts'
import { byBase, end, type Range } from '../../units/range.ts'
import { VPL011_INTERRUPT } from '../../xen/domain-limits.ts'
import { GUEST_EVENT_INTERRUPT, GUEST_TIMER_INTERRUPT } from '../../xen/guest-interrupts.ts'
import { GUEST_REGIONS, type GuestRegion } from '../../xen/guest-regions.ts'
import { table, wrap } from './layout.ts'

export function guestLines(plan: SystemPlan): readonly string[] {
  return [...plan.dom0less, ...plan.xl].flatMap(({ domain, ram, affinity, partialTree }, index) => [
    ...(index === 0 ? [] : ['']),
    `  ${domain.name}`,
    ...memoryLines(plan, domain, ram),
    ...line(
      'processors',
      affinity.map((bound) => processorsOf(plan, bound)),
    ),
    ...line('rights', domain.boot === 'dom0less' ? (domain.capabilities ?? []) : []),
    ...line('features', features(domain)),
    ...line('its tree', partialTree ? [`with /passthrough of ${partialTree.source.path}`] : []),
    ...wrap(interrupts(domain).join(', '), '    interrupts: '),
    ...wrap(domain.kernel.bootargs === '' ? 'none' : domain.kernel.bootargs, '    arguments:  '),
  ])
}

/** Nothing for what a guest has not. */
const line = (heading: string, parts: readonly string[]): readonly string[] =>
  parts.length === 0 ? [] : wrap(parts.join(', '), `    ${`${heading}:`.padEnd(12)}`)

const processorsOf = ({ board }: SystemPlan, { vcpu, cpus }: PlannedAffinity): string =>
  `virtual ${vcpu} on ${cpus.map((id) => posix.basename(board.cpus[id]?.path ?? '')).join(' or ')}`

const features = ({ sve, 'trap-unmapped-accesses': trap }: Guest): readonly string[] => [
  ...(sve === undefined ? [] : [sve === 'hw' ? "SVE as long as the machine's" : `SVE of ${sve} bits`]),
  ...(trap === false ? ['accesses to nothing do not fault'] : []),
]

/** Guest-physical, ascending. */
function memoryLines(plan: SystemPlan, domain: Guest, ram: readonly Range<GuestPhys>[]): readonly string[] {
  const regions = GUEST_REGIONS.filter((region) => has(plan, domain, region))
  const all = [...regions, ...ram.map((range) => ({ name: 'RAM', range }))].sort((a, b) => byBase(a.range, b.range))
  const rows = all.map(({ name, range: r }) => [hex(r.base), hex(end(r)), roughSize(r.size), name])
  return table(
    [
      { heading: 'from', align: 'right' },
      { heading: 'up to', align: 'right' },
      { heading: 'size', align: 'right' },
      { heading: 'what', align: 'left' },
    ],
    rows,
  ).map((line) => `  ${line}`)
}

function has({ board }: SystemPlan, domain: Guest, { only }: GuestRegion): boolean {
  if (only === undefined) return true
  if (only === 'gic-v2' || only === 'gic-v3') return `gic-${board.gic?.version}` === only
  if (only === 'vpl011') return domain.console === 'vpl011'
  return only === 'enhanced' && knowsXen(domain)
}

/** Whether the guest's tree has a node for Xen, with grants and events. */
const knowsXen = (domain: Guest): boolean => domain.boot === 'xl' || domain.enhanced !== 'disabled'

const interrupts = (domain: Guest): readonly string[] => [
  `${GUEST_TIMER_INTERRUPT} timer`,
  ...(knowsXen(domain) ? [`${GUEST_EVENT_INTERRUPT} event channels`] : []),
  ...(domain.console === 'vpl011' ? [`${VPL011_INTERRUPT} vPL011`] : []),
]
