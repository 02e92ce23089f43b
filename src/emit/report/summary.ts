/** The first lines: a summary of the machine. */
import { mediumOf } from '../../assemble/script.ts'
import { isMedium } from '../../model/system-model.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { roughSize } from '../../units/format.ts'
import { sum } from '../../units/quantities.ts'
import { totalSize } from '../../units/range.ts'
import { wrap } from './layout.ts'
import { mediumName } from './start.ts'

/** Lines about domains, memory and boot. */
export function summaryLines(plan: SystemPlan): readonly string[] {
  return [...wrap(domains(plan), 'domains  '), ...wrap(memory(plan), 'memory   '), ...wrap(bootLine(plan), 'boot     ')]
}

function bootLine({ model: { boot } }: SystemPlan): string {
  const start = boot.command === 'none' ? 'leaves starting Xen to you' : `starts Xen with ${boot.command}`
  const edits = boot['device-tree'] === 'commands' ? ", changes the board's device tree," : ''
  const files = isMedium(boot.load) ? `loads from ${mediumName(mediumOf(boot.load))}` : 'finds its files in memory'
  return `U-Boot ${files}${edits} and ${start}`
}

function domains({ dom0, dom0less, xl }: SystemPlan): string {
  return [
    dom0 ? dom0.domain.name : 'no dom0',
    `${dom0less.length} started by Xen at boot`,
    ...(xl.length > 0 ? [`${xl.length} created by ${dom0 ? dom0.domain.name : 'no domain'} with xl`] : []),
  ].join(', ')
}

function memory({ board, dom0, dom0less, xl }: SystemPlan): string {
  const booted = sum([...(dom0 ? [dom0.domain] : []), ...dom0less.map(({ domain }) => domain)].map((d) => d.memory))
  const later = sum(xl.map(({ domain }) => domain.memory))
  return [
    `${roughSize(totalSize(board.ram))} of RAM`,
    `${roughSize(booted)} for the domains that Xen starts`,
    ...(xl.length > 0 ? [`${roughSize(later)} for those of xl`] : []),
  ].join(', ')
}
