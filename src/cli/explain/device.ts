/** What a domain is given of the host's devices, for people. */
import { member } from '../../diagnostics/diagnostic.ts'
import { interruptIds } from '../../passthrough/interrupt-ids.ts'
import { type PlannedDevice, type PlannedNode, pagesOf, spanText } from '../../plan/passthrough/planned-device.ts'
import { addressedWrites, writesText } from '../../plan/passthrough/register-writes.ts'
import { sourceText } from '../../plan/provenance.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { formatRange } from '../../units/format.ts'
import type { HostPhys } from '../../units/quantities.ts'
import { containsAddress } from '../../units/range.ts'

/** Of the device that stands at `pointer`; nothing where none does. */
export const explainDevice = (plan: SystemPlan, pointer: string): readonly string[] =>
  given(plan)
    .filter(({ domain, device }) => member(`${member('/domains', domain)}/passthrough`, device.entry.name) === pointer)
    .flatMap(({ device }) => ['  Given:', ...device.nodes.flatMap(nodeLines), ...quiesceLines(device)])

/** The devices with a page at `address` of the host, a line each. */
export const devicesAt = (plan: SystemPlan, address: HostPhys): readonly string[] =>
  given(plan).flatMap(({ domain, device: { entry, nodes } }) =>
    nodes.flatMap(({ device, parts }) =>
      parts
        .filter(({ host }) => containsAddress(pagesOf(host), address))
        .map(
          ({ span, host }) =>
            `${formatRange(host)} ${spanText(span)} of ${device.place.path}, given to ${domain} as '${entry.name}'${withIds(device)}`,
        ),
    ),
  )

const given = ({ dom0less, xl }: SystemPlan) =>
  [...dom0less, ...xl].flatMap(({ domain, devices }) => devices.map((device) => ({ domain: domain.name, device })))

const nodeLines = ({ device, parts }: PlannedNode): readonly string[] => [
  `    ${device.place.path}${withIds(device)}`,
  ...parts.map(({ span, host, guest: { value, ...source } }) => {
    const where = `${formatRange(host)} of the host, the guest's ${formatRange(value)}`
    return `      ${spanText(span)}: ${where} (${sourceText(source)})`
  }),
]

function withIds(device: PlannedNode['device']): string {
  const interrupts = interruptIds(device)
  const streams = device.dma.iommus.map(({ path, cells }) => `${cells.join(' ')} of ${path}`)
  return [
    ...(interrupts.length > 0 ? [`; INTID ${interrupts.join(', ')}`] : []),
    ...(streams.length > 0 ? [`; stream ${streams.join(', ')}`] : []),
  ].join('')
}

function quiesceLines({ entry: { quiesce }, closure }: PlannedDevice): readonly string[] {
  switch (quiesce?.by) {
    case undefined:
      return []
    case 'write': {
      const writes = writesText(addressedWrites(quiesce.writes, closure.device))
      return [`    dom0 writes ${writes} before its domain is created again, to quiesce it`]
    }
    case 'hook':
      return [`    ${quiesce.program} in dom0 quiesces it before its domain is created again`]
    case 'reason':
      return [`    it needs no quiescing before its domain is created again: ${quiesce.reason}`]
  }
}
