/** Domains, and whether they can be started again. */

import type { Assembly } from '../../assemble/assembly.ts'
import { whyNotTexts } from '../../guests/recreatable.ts'
import type { Domain } from '../../model/system-model.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { mediumPath } from '../../u-boot/medium-path.ts'
import { formatSize } from '../../units/format.ts'
import { xlConfigPath } from '../xl-config.ts'
import { bullets, table } from './layout.ts'

/** One line for each domain, in the order of their ids. */
export function domainLines(plan: SystemPlan): readonly string[] {
  const rows = inOrderOfIds(plan).map(({ domain, id }) => [
    id,
    domain.name,
    domain.boot === 'xl' ? 'dom0 (xl)' : 'Xen',
    formatSize(domain.memory),
    String(domain.vcpus),
    consoleOf(domain),
    mediumPath(domain.kernel.image.path),
    domain.ramdisk ? mediumPath(domain.ramdisk.path) : '-',
  ])
  return table(
    [
      { heading: 'id', align: 'right' },
      { heading: 'domain', align: 'left' },
      { heading: 'started by', align: 'left' },
      { heading: 'memory', align: 'right' },
      { heading: 'vcpus', align: 'right' },
      { heading: 'console', align: 'left' },
      { heading: 'kernel', align: 'left' },
      { heading: 'ramdisk', align: 'left' },
    ],
    rows,
  )
}

interface Numbered {
  readonly domain: Domain
  readonly id: string
}

const inOrderOfIds = ({ dom0, dom0less, xl }: SystemPlan): readonly Numbered[] => [
  ...(dom0 ? [{ domain: dom0.domain, id: '0' }] : []),
  ...dom0less.map(({ domain, id }) => ({ domain, id: String(id.value) })),
  ...xl.map(({ domain }) => ({ domain, id: '-' })),
]

function consoleOf(domain: Domain): string {
  if (domain.boot === 'dom0') return 'hvc0'
  if (domain.console === 'vpl011') return 'vpl011 (ttyAMA0)'
  return domain.console === 'pv' ? 'PV (hvc0)' : 'none'
}

/** For every guest the way to start it again, or why there is none. */
export function recreationLines({ plan, xl }: Assembly): readonly string[] {
  const files = new Map(xl.map((config) => [config.domain, xlConfigPath(config)]))
  const lines = [
    ...plan.xl.map(
      ({ domain }) => `${domain.name}: dom0 starts it with ${files.get(domain.name) ?? 'nothing: there is no dom0'}`,
    ),
    ...plan.dom0less.map(({ domain, id, notRecreatable }) => {
      const file = files.get(domain.name)
      return file
        ? `${domain.name}: dom0 can create it again, after xl destroy ${id.value}, with ${file}`
        : `${domain.name}: no xl configuration, because ${notRecreatable ? whyNotTexts(notRecreatable) : 'there is no dom0'}`
    }),
  ]
  return bullets(lines)
}
