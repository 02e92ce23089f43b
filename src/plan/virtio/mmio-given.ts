/** What the manifest gives of virtio-mmio devices, as far as it can be: two of one domain have neither a window nor an interrupt in common. */
import { atKey, atValue, type Finding, member, type Report } from '../../diagnostics/diagnostic.ts'
import type { MmioDevice } from '../../model/virtio/device.ts'
import { formatRange } from '../../units/format.ts'
import type { GuestPhys } from '../../units/quantities.ts'
import { overlaps, type Range, range } from '../../units/range.ts'
import { WINDOW_SIZE } from '../../xen/virtio-mmio.ts'
import type { Frontend } from './frontends.ts'

/** `devices` of one domain without those that the manifest puts where something else is (VIO-027). */
export function withoutClashes(
  devices: readonly MmioDevice[],
  frontend: Frontend,
  report: Report,
): readonly MmioDevice[] {
  const kept: MmioDevice[] = []
  for (const device of devices) {
    const clash = clashOf(device, frontend, kept)
    if (clash) report('VIO-027', clash)
    else kept.push(device)
  }
  return kept
}

const givenWindow = ({ 'guest-address': at }: MmioDevice): Range<GuestPhys> | undefined =>
  at === 'auto' ? undefined : range(at, WINDOW_SIZE)

function clashOf(
  device: MmioDevice,
  { name, devices, taken }: Frontend,
  before: readonly MmioDevice[],
): Finding | undefined {
  const { interrupt } = device
  const window = givenWindow(device)
  const sameWindow = window && before.find((other) => overlapsGiven(other, window))
  if (sameWindow) return clash(device, 'guest-address', `overlap those of '${sameWindow.name}'`, sameWindow)
  const occupied = window && devices.find((other) => overlaps(other, window))
  if (occupied)
    return clash(
      device,
      'guest-address',
      `overlap ${formatRange(occupied)}, which the partial device tree of '${name}' has`,
    )
  if (interrupt === 'auto') return undefined
  const sameInterrupt = before.find((other) => other.interrupt === interrupt)
  if (sameInterrupt) return clash(device, 'interrupt', `is that of '${sameInterrupt.name}'`, sameInterrupt)
  if (taken.has(interrupt)) return clash(device, 'interrupt', `is one that the partial device tree of '${name}' has`)
  return undefined
}

/** Whether libxl puts a device where the domain has something else: VIO-027. */
export function reportCountedClash(
  { pointer, name }: MmioDevice,
  window: Range<GuestPhys>,
  interrupt: number,
  { name: domain, devices, taken }: Frontend,
  report: Report,
): boolean {
  const occupied = devices.find((other) => overlaps(other, window))
  if (!occupied && !taken.has(interrupt)) return false
  report('VIO-027', {
    at: atKey(pointer),
    message: occupied
      ? `libxl puts the registers of '${name}' at ${formatRange(window)}, and '${domain}' has something else at ${formatRange(occupied)} (guest-physical)`
      : `libxl gives '${name}' INTID ${interrupt}, and something else in '${domain}' has that`,
    effect: 'the guest would access one of them instead of the other',
    help: 'move what its device tree has there, or give that device to another domain: libxl numbers virtio devices by itself, from 0x2000000 and 33 on',
  })
  return true
}

const overlapsGiven = (other: MmioDevice, window: Range<GuestPhys>): boolean => {
  const own = givenWindow(other)
  return own !== undefined && overlaps(own, window)
}

function clash(device: MmioDevice, key: 'guest-address' | 'interrupt', what: string, other?: MmioDevice): Finding {
  const window = givenWindow(device)
  const whose = `of '${device.name}' in '${device.frontend}'`
  const said =
    key === 'interrupt'
      ? `INTID ${device.interrupt} ${whose}`
      : `the registers ${window ? formatRange(window) : ''} ${whose}`
  return {
    at: atValue(member(device.pointer, key)),
    message: `${said} ${what}`,
    help: `remove '${key}', and domforge chooses a free one`,
    ...(other ? { related: [{ at: atKey(other.pointer), message: `'${other.name}' is declared here` }] } : {}),
  }
}
