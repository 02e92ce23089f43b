/** xl's keys for virtio-mmio devices: those that libxl makes, and the interrupts of those that are in a partial tree. */
import { atKey, type Origin } from '../diagnostics/diagnostic.ts'
import type { Guest } from '../model/system-model.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { mmioOf, type PlannedMmio } from '../plan/virtio/planned-virtio.ts'
import { FIRST_SPI } from '../xen/gic.ts'
import { libxlMakesDevices, xlCountsInterrupts } from '../xen/virtio-mmio.ts'
import type { XlEntry } from './assembly.ts'
import { scalarsOf } from './guest-scalars.ts'
import { extraInterrupts, hostInterrupts } from './host-interrupts.ts'
import { nameForXl } from './xl-pv.ts'

/**
 * The keys of a domain. One that only xl starts gets `virtio`, from which libxl makes nodes, windows and interrupts. One that Xen starts at boot, or whose xl
 * has no `virtio`, has its nodes in its partial tree, and needs only the interrupts: with `virtio` too, libxl would make every device again.
 */
export function virtioEntries(plan: SystemPlan, domain: Guest): readonly XlEntry[] {
  const devices = mmioOf(plan.virtio).filter(({ device }) => device.frontend === domain.name)
  const [first] = devices
  if (!first) return []
  const origin = atKey(first.device.pointer)
  const { release } = plan.model.xen
  if (domain.boot === 'xl' && libxlMakesDevices(release)) return [virtioList(plan, inLibxlsOrder(devices), origin)]
  const isGiven = scalarsOf(domain, ['count']).some(({ row }) => row.xlKey === 'nr_spis')
  return isGiven || !xlCountsInterrupts(release) ? [] : [interruptsOf(plan, domain, devices, origin)]
}

const virtioList = (plan: SystemPlan, devices: readonly PlannedMmio[], origin: Origin): XlEntry => ({
  key: 'virtio',
  value: devices.map((one) => itemOf(plan, one)),
  origin,
  items: devices.map(({ device }) => atKey(device.pointer)),
})

/** `nr_spis`, with the interrupts of devices of the host: from 4.21 on xl refuses a number that is too low for these. */
function interruptsOf(plan: SystemPlan, domain: Guest, devices: readonly PlannedMmio[], origin: Origin): XlEntry {
  const virtual = devices.map(({ interrupt }) => interrupt.value)
  const highest = Math.max(...virtual, ...hostInterrupts(plan, domain).keys(), ...extraInterrupts(domain))
  return { key: 'nr_spis', value: BigInt(highest + 1 - FIRST_SPI), origin }
}

/** Devices in the order of their interrupts, in which libxl numbers them. */
const inLibxlsOrder = (devices: readonly PlannedMmio[]): readonly PlannedMmio[] =>
  devices.toSorted((a, b) => a.interrupt.value - b.interrupt.value)

/** An item of `virtio`. The number of its type is in lower-case hexadecimal (tools/libs/light/libxl_arm.c: make_virtio_mmio_node_device). */
const itemOf = (plan: SystemPlan, { device: { type, backend, grants } }: PlannedMmio): string =>
  [
    `type=virtio,device${type.id.toString(16)}`,
    'transport=mmio',
    `backend=${nameForXl(plan, backend)}`,
    `grant_usage=${grants ? 1 : 0}`,
  ].join(',')
