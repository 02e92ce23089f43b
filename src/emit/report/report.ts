/** `report/report.txt`: the whole system on two pages, to read in front of the board. */
import type { Assembly } from '../../assemble/assembly.ts'
import type { Emitter } from '../artifact.ts'
import { type ReportView, templates } from '../templates.ts'
import { acceptedLines } from './accepted.ts'
import { choiceLines } from './choices.ts'
import { domainLines, recreationLines } from './domains.ts'
import { firmwareLines } from './firmware.ts'
import { guestLines } from './guests.ts'
import { isolationLines } from './isolation.ts'
import { WIDTH } from './layout.ts'
import { lifecycleLines, resetterLines } from './lifecycle.ts'
import { hostMemoryLines } from './memory-map.ts'
import { ownershipLines } from './ownership.ts'
import { startLines } from './start.ts'
import { summaryLines } from './summary.ts'
import { virtioLines } from './virtio.ts'

/** The file. */
export const report: Emitter = {
  name: 'report',
  summary: 'memory map, domains, ownership and choices, to read',
  emit: (assembly) => [{ path: 'report/report.txt', contents: templates.reportTxt(reportView(assembly)) }],
}

/** What the report says, without sections that would be empty. */
export function reportView(assembly: Assembly): ReportView {
  const { plan } = assembly
  const sections = [
    { heading: 'DOMAINS', lines: domainLines(plan) },
    { heading: 'HOW TO START IT', lines: startLines(assembly) },
    {
      heading: 'HOST MEMORY WHEN XEN STARTS (host-physical)',
      lines: [...hostMemoryLines(plan), ...firmwareLines(plan)],
    },
    { heading: 'WHAT EACH GUEST SEES (guest-physical)', lines: guestLines(plan) },
    { heading: 'VIRTIO DEVICES IN SHARED MEMORY (offsets from the start of the region)', lines: virtioLines(plan) },
    { heading: 'WHO OWNS WHAT', lines: ownershipLines(plan) },
    { heading: 'WHO REACHES WHOM', lines: isolationLines(plan) },
    { heading: 'STARTING A GUEST AGAIN', lines: recreationLines(assembly) },
    { heading: 'WHEN A DOMAIN ENDS', lines: lifecycleLines(assembly) },
    { heading: 'WHO CAN RESET THIS MACHINE', lines: resetterLines(assembly) },
    { heading: 'ACCEPTED FINDINGS', lines: acceptedLines(assembly) },
    { heading: 'CHOICES THAT WERE MADE', lines: choiceLines(assembly) },
  ]
  return {
    title: `${plan.model.name}: Xen ${plan.model.xen.version.text} on ${plan.board.model}`,
    rule: '='.repeat(WIDTH),
    summary: summaryLines(plan),
    sections: sections.filter(({ lines }) => lines.length > 0),
  }
}
