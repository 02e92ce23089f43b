/**
 * Gives every virtio-mmio device its window and its interrupt in the driver's domain. Xen knows of neither: what counts is that
 * guest tree, program and interrupt agree, so both are chosen here, or predicted where libxl chooses.
 */
import { atKey, type Report } from '../../diagnostics/diagnostic.ts'
import type { Lock } from '../../facts/lock.ts'
import type { MmioDevice } from '../../model/virtio/device.ts'
import { type Bytes, type GuestPhys, guestPhys, isAligned, offset, times } from '../../units/quantities.ts'
import { contains, lowestAligned, overlaps, type Range, range, subtract } from '../../units/range.ts'
import {
  FIRST_INTERRUPT,
  LAST_INTERRUPT,
  QEMU_TRANSPORTS,
  QEMU_WINDOWS_SIZE,
  VIRTIO_MMIO,
  WINDOW_SIZE,
} from '../../xen/virtio-mmio.ts'
import { type Placer, place } from '../lock/placer.ts'
import { rangesIn, rangesText, reportMoved } from '../lock/values.ts'
import type { Planned } from '../provenance.ts'
import type { Frontend } from './frontends.ts'
import { reportCountedClash, withoutClashes } from './mmio-given.ts'
import type { PlannedMmio } from './planned-virtio.ts'

export const windowKey = (device: string): string => `virtio/${device}/guest-address`
export const interruptKey = (device: string): string => `virtio/${device}/interrupt`

/** All windows of the QEMU that serves one guest: the lock keeps them as one. */
export const qemuKey = (domain: string): string => `domains/${domain}/qemu-windows`

/** Every device that gets both, in document order; one that gets no interrupt (VIO-024) or no window (VIO-025) is left out. */
export function planMmio(
  devices: readonly MmioDevice[],
  frontends: readonly Frontend[],
  lock: Lock,
  report: Report,
): readonly PlannedMmio[] {
  const planned = new Map<MmioDevice, PlannedMmio>()
  for (const frontend of frontends) {
    const wanted = devices.filter((device) => device.frontend === frontend.name)
    const own = withoutClashes(wanted, frontend, report)
    const found =
      frontend.counts === 'libxl' ? countedByLibxl(own, frontend, report) : chosenFor(own, frontend, lock, report)
    for (const one of found) planned.set(one.device, one)
  }
  return devices.flatMap((device) => planned.get(device) ?? [])
}

/** As libxl counts (tools/libs/light/libxl_arm.c: libxl__arch_domain_prepare_config). */
function countedByLibxl(devices: readonly MmioDevice[], frontend: Frontend, report: Report): readonly PlannedMmio[] {
  const isDisk = ({ type }: MmioDevice): boolean => type.name === 'block'
  const ordered = [...devices.filter(isDisk), ...devices.filter((device) => !isDisk(device))]
  const reason = 'libxl numbers virtio disks first, then the other devices, as listed'
  return ordered.flatMap((device, index): readonly PlannedMmio[] => {
    const interrupt = FIRST_INTERRUPT + index
    if (interrupt > LAST_INTERRUPT) {
      reportNoInterrupt(device, report)
      return []
    }
    const window = windowAt(VIRTIO_MMIO.base, index)
    if (reportCountedClash(device, window, interrupt, frontend, report)) return []
    return [planned(device, { value: window, by: 'default', reason }, { value: interrupt, by: 'default', reason })]
  })
}

const windowAt = (base: GuestPhys, index: number): Range<GuestPhys> =>
  range(offset(base, times(index, WINDOW_SIZE)), WINDOW_SIZE)

const planned = (
  device: MmioDevice,
  window: Planned<Range<GuestPhys>>,
  interrupt: Planned<number>,
  qemu?: Planned<Range<GuestPhys>>,
): PlannedMmio => ({ transport: device.transport, device, window, interrupt, ...(qemu ? { qemu } : {}) })

const isByQemu = (device: MmioDevice): boolean => device['backend-program']?.kind === 'qemu'

function chosenFor(
  devices: readonly MmioDevice[],
  frontend: Frontend,
  lock: Lock,
  report: Report,
): readonly PlannedMmio[] {
  const byQemu = devices.filter(isByQemu)
  const others = devices.filter((device) => !isByQemu(device))
  const settled = others.flatMap((device) => settledWindow(device, lock))
  const block = byQemu.length === 0 ? undefined : qemuWindows(frontend, byQemu, settled, lock, report)
  const space = block ? frontend.space.flatMap((gap) => subtract([gap], [block.value])) : frontend.space
  const interrupts = new Map([
    ...placeInterrupts(byQemu, qemuInterrupts(frontend.taken), lock, report),
    ...placeInterrupts(others, otherInterrupts(frontend.taken, block !== undefined), lock, report),
  ])
  const windows = placeWindows(others, space, lock, report)
  return devices.flatMap((device): readonly PlannedMmio[] => {
    const interrupt = interrupts.get(device)
    if (!interrupt) return []
    if (isByQemu(device)) return block ? [planned(device, inBlock(block, interrupt.value), interrupt, block)] : []
    const window = windows.get(device)
    return window ? [planned(device, window, interrupt)] : []
  })
}

/** QEMU's transports follow each other as their interrupts do. */
const inBlock = (block: Planned<Range<GuestPhys>>, interrupt: number): Planned<Range<GuestPhys>> => ({
  ...block,
  value: windowAt(block.value.base, interrupt - FIRST_INTERRUPT),
})

/** Where a device stays, whoever comes: the manifest says so, or an earlier build. */
function settledWindow({ name, 'guest-address': at }: MmioDevice, { entries }: Lock): readonly Range<GuestPhys>[] {
  if (at !== 'auto') return [range(at, WINDOW_SIZE)]
  const text = entries.get(windowKey(name))
  return text === undefined ? [] : rangesIn(text, guestPhys)
}

/** Room for all ten, whether a device is behind each or not: QEMU answers for them all. */
function qemuWindows(
  { name, space }: Frontend,
  [first]: readonly MmioDevice[],
  settled: Gaps,
  lock: Lock,
  report: Report,
): Planned<Range<GuestPhys>> | undefined {
  const { places, moved } = place([name], subtract(space, settled), ONE_BLOCK, lock)
  for (const { before, now } of moved)
    if (first)
      reportMoved(report, atKey(first.pointer), `QEMU's windows in '${name}'`, rangesIn(before, guestPhys), [now])
  const found = places.get(name)
  if (!found && first) reportNoRoom(first, QEMU_WINDOWS_SIZE, report)
  return found
}

type Gaps = readonly Range<GuestPhys>[]

const inGaps = (gaps: Gaps, wanted: Range<GuestPhys>): boolean => gaps.some((gap) => contains(gap, wanted))

const withoutTaken = (gaps: Gaps, taken: Range<GuestPhys>): Gaps =>
  gaps.flatMap((gap) => (overlaps(gap, taken) ? subtract([gap], [taken]) : [gap]))

const lowestOf = (gaps: Gaps, size: Bytes): Planned<Range<GuestPhys>> | undefined => {
  const [value] = gaps.flatMap((gap) => lowestAligned(gap, size, WINDOW_SIZE) ?? [])
  return value && { value, by: 'allocated', reason: 'lowest free range for virtio devices' }
}

const keptIn = (text: string, size: Bytes, gaps: Gaps): Range<GuestPhys> | undefined => {
  const [locked] = rangesIn(text, guestPhys)
  const same = locked && range(locked.base, size)
  return same && isAligned(same.base, WINDOW_SIZE) && inGaps(gaps, same) ? same : undefined
}

const ONE_BLOCK: Placer<string, Range<GuestPhys>, Gaps> = {
  key: qemuKey,
  given: () => undefined,
  kept: [(_, text, gaps) => keptIn(text, QEMU_WINDOWS_SIZE, gaps)],
  choose: (_, gaps) => lowestOf(gaps, QEMU_WINDOWS_SIZE),
  without: withoutTaken,
  text: (one) => rangesText([one]),
}

function placeWindows(
  devices: readonly MmioDevice[],
  space: Gaps,
  lock: Lock,
  report: Report,
): ReadonlyMap<MmioDevice, Planned<Range<GuestPhys>>> {
  const { places, unplaced, moved } = place(devices, space, WINDOWS, lock)
  for (const { item } of unplaced) reportNoRoom(item, WINDOW_SIZE, report)
  for (const { item, before, now } of moved)
    reportMoved(report, atKey(item.pointer), `'${item.name}' in '${item.frontend}'`, rangesIn(before, guestPhys), [now])
  return places
}

const WINDOWS: Placer<MmioDevice, Range<GuestPhys>, Gaps> = {
  key: ({ name }) => windowKey(name),
  given: ({ 'guest-address': at, pointer }) =>
    at === 'auto' ? undefined : { value: range(at, WINDOW_SIZE), by: 'manifest', at: `${pointer}/guest-address` },
  kept: [(_, text, gaps) => keptIn(text, WINDOW_SIZE, gaps)],
  choose: (_, gaps) => lowestOf(gaps, WINDOW_SIZE),
  without: withoutTaken,
  text: (one) => rangesText([one]),
}

/** INTIDs that are free, the best first. */
type Interrupts = readonly number[]

const qemuInterrupts = (taken: ReadonlySet<number>): Interrupts =>
  Array.from({ length: QEMU_TRANSPORTS }, (_, index) => FIRST_INTERRUPT + index).filter((id) => !taken.has(id))

/** From the last one down, so that a QEMU that comes later finds its own free; beside one only the last is left. */
function otherInterrupts(taken: ReadonlySet<number>, besideQemu: boolean): Interrupts {
  const count = besideQemu ? 1 : LAST_INTERRUPT - FIRST_INTERRUPT + 1
  return Array.from({ length: count }, (_, index) => LAST_INTERRUPT - index).filter((id) => !taken.has(id))
}

function placeInterrupts(
  devices: readonly MmioDevice[],
  free: Interrupts,
  lock: Lock,
  report: Report,
): ReadonlyMap<MmioDevice, Planned<number>> {
  const { places, unplaced } = place(devices, free, INTERRUPTS, lock)
  for (const { item } of unplaced) reportNoInterrupt(item, report)
  return places
}

const INTERRUPTS: Placer<MmioDevice, number, Interrupts> = {
  key: ({ name }) => interruptKey(name),
  given: ({ interrupt, pointer }) =>
    interrupt === 'auto' ? undefined : { value: interrupt, by: 'manifest', at: `${pointer}/interrupt` },
  kept: [(_, text, free) => (free.includes(Number(text)) ? Number(text) : undefined)],
  choose: (_, [value]) =>
    value === undefined
      ? undefined
      : { value, by: 'allocated', reason: `first free INTID of ${FIRST_INTERRUPT} to ${LAST_INTERRUPT}` },
  without: (free, taken) => free.filter((id) => id !== taken),
  text: String,
}

function reportNoInterrupt(device: MmioDevice, report: Report): void {
  const { pointer, name, frontend } = device
  const [there, help] = isByQemu(device)
    ? [`QEMU has INTIDs ${FIRST_INTERRUPT} to ${LAST_INTERRUPT - 1}`, 'give the guest fewer devices']
    : [
        `there are INTIDs ${FIRST_INTERRUPT} to ${LAST_INTERRUPT}, and a QEMU has all but the last`,
        'give the guest fewer devices, or let its QEMU serve more of them',
      ]
  report('VIO-024', {
    at: atKey(pointer),
    message: `no interrupt is left in '${frontend}' for '${name}': ${there}`,
    help,
  })
}

function reportNoRoom({ pointer, name, frontend }: MmioDevice, size: Bytes, report: Report): void {
  report('VIO-025', {
    at: atKey(pointer),
    message: `'${frontend}' has no free range of ${size} bytes for the registers of '${name}'`,
    help: 'set guest-address',
  })
}
