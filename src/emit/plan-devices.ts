/** Devices of the host that domains are given, for `plan.json`. */
import type { Passthrough } from '../model/passthrough/device.ts'
import type { HostDevice } from '../passthrough/host-device.ts'
import { interruptIds } from '../passthrough/interrupt-ids.ts'
import { plannedGuest } from '../plan/by-domain.ts'
import { type PlannedDevice, type PlannedNode, spanText } from '../plan/passthrough/planned-device.ts'
import { addressedWrites, writesDocument } from '../plan/passthrough/register-writes.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { hex } from '../units/format.ts'

/** The devices of a domain, by name; empty if it has none. */
export function devicesDocument(plan: SystemPlan, name: string): object {
  const devices = plannedGuest(plan, name)?.devices ?? []
  return devices.length > 0
    ? { devices: Object.fromEntries(devices.map((given) => [given.entry.name, deviceDocument(given)])) }
    : {}
}

const deviceDocument = ({ entry, closure, nodes }: PlannedDevice) => ({
  nodes: nodes.map(nodeDocument),
  ...quiesceDocument(entry, closure.device),
})

/** A node of the host, and where the guest sees its registers. */
const nodeDocument = ({ device, parts }: PlannedNode) => ({
  path: device.place.path,
  parts: parts.map(({ span, host, guest: { value, ...source } }) => ({
    what: spanText(span),
    host: { base: hex(host.base), size: hex(host.size) },
    guest: { base: { value: hex(value.base), ...source }, size: hex(value.size) },
  })),
  interrupts: interruptIds(device),
  streams: device.dma.iommus.map(({ path, cells }) => ({ iommu: path, cells })),
})

const quiesceDocument = ({ quiesce }: Passthrough, device: HostDevice) => {
  switch (quiesce?.by) {
    case undefined:
      return {}
    case 'write':
      return { quiesce: { write: writesDocument(addressedWrites(quiesce.writes, device)) } }
    case 'hook':
      return { quiesce: { hook: quiesce.program } }
    case 'reason':
      return { quiesce: { reason: quiesce.reason } }
  }
}
