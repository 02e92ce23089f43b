/** What lies at an address: on the host when Xen starts, and in every guest. */
import { type GuestStretch, guestMap, sharedWith } from '../../plan/guest-memory/map.ts'
import { loadedFiles } from '../../plan/loaded-files.ts'
import { numbersOf } from '../../plan/numbers.ts'
import { sourceText } from '../../plan/provenance.ts'
import type { LoadedFile, SystemPlan } from '../../plan/system-plan.ts'
import { describeOffset } from '../../plan/virtio/part-names.ts'
import { staticShmOf } from '../../plan/virtio/planned-virtio.ts'
import { formatRange, formatSize, hex } from '../../units/format.ts'
import { distance, type GuestPhys, guestPhys, type HostPhys, hostPhys, regionOffset } from '../../units/quantities.ts'
import { containsAddress, type Range } from '../../units/range.ts'
import { stdout } from '../output.ts'
import { paint } from '../terminal.ts'
import { devicesAt } from './device.ts'

/** `value` is looked at as host-physical and as an address of each guest. */
export function explainAddress(value: bigint, plan: SystemPlan): string {
  const dom0 = plan.dom0?.domain.name
  const shared = dom0 === undefined ? [] : sharedWith(plan, dom0)
  const guests = [
    ...(dom0 === undefined || shared.length === 0 ? [] : inGuest(plan, dom0, guestPhys(value), shared)),
    ...[...plan.dom0less, ...plan.xl].flatMap((guest) =>
      inGuest(plan, guest.domain.name, guestPhys(value), guestMap(plan, guest)),
    ),
  ]
  return [paint(stdout, 'bold', hex(value)), ...onHost(hostPhys(value), plan), ...guests].join('\n').concat('\n')
}

function onHost(address: HostPhys, plan: SystemPlan): string[] {
  const files = loadedFiles(plan.load).filter(({ room }) => containsAddress(room, address))
  const fixed = numbersOf(plan, 'memory').filter(({ value }) => containsAddress(value, address))
  const owned = plan.board.owned.filter(({ range }) => containsAddress(range, address))
  const lines = [
    ...files.map(loaded),
    ...fixed.map(
      ({ what, value, source }) => `${formatRange(value)} ${formatSize(value.size)} ${what} (${sourceText(source)})`,
    ),
    ...plan.regions.flatMap(({ region, host }) => inRegion(plan, region.name, host.value, address)),
    ...owned.map(({ range, owner }) => `${formatRange(range)} ${formatSize(range.size)}, owned by ${owner}`),
  ]
  const bank = plan.board.ram.find((ram) => containsAddress(ram, address))
  const devices = devicesAt(plan, address)
  if (!bank && devices.length > 0) return devices.map((line) => `  host: ${line}`)
  if (!bank) return ['  host: no RAM (a device, or nothing)']
  if (lines.length === 0) lines.push(freeRam(address, plan))
  return [`  host: RAM bank ${formatRange(bank)} ${formatSize(bank.size)}`, ...lines.map((line) => `    ${line}`)]
}

/** What of a virtio device lies there, where the address is inside the region. */
function inRegion<A extends HostPhys | GuestPhys>(
  { virtio }: SystemPlan,
  region: string,
  place: Range<A>,
  address: A,
): string[] {
  if (!containsAddress(place, address)) return []
  const at = regionOffset(distance(place.base, address))
  const what = describeOffset(staticShmOf(virtio), region, at)
  return what === undefined ? [] : [`offset ${hex(at)} of '${region}': ${what}`]
}

const freeRam = (address: HostPhys, plan: SystemPlan): string =>
  plan.loadWindow.some((window) => containsAddress(window, address))
    ? 'free when Xen starts: Xen takes memory for itself and its domains from here'
    : 'outside the load window: U-Boot uses it until Xen starts, nothing is loaded here'

function loaded({ id, path, size, room, address, usedBy }: LoadedFile): string {
  const users = usedBy.length > 0 ? `, for ${usedBy.join(', ')}` : ''
  return `${formatRange(room)} ${id}: ${path}, ${formatSize(size)}${users} (${sourceText(address)})`
}

/** Everything that covers the address, widest first: a device may lie in a window that Xen keeps for its kind. */
function inGuest(plan: SystemPlan, name: string, address: GuestPhys, stretches: readonly GuestStretch[]): string[] {
  const [outer, ...inner] = stretches
    .filter(({ range }) => containsAddress(range, address))
    .toSorted((a, b) => Number(b.range.size - a.range.size))
  if (!outer) return [`  ${name}: nothing`]
  const parts = plan.regions.flatMap(({ region, parties }) =>
    parties
      .filter(({ access }) => access.domain === name)
      .flatMap(({ guest }) => inRegion(plan, region.name, guest.value, address)),
  )
  return [`  ${name}: ${stretchText(outer)}`, ...[...inner.map(stretchText), ...parts].map((line) => `    ${line}`)]
}

const stretchText = ({ what, range, source }: GuestStretch): string =>
  `${what} ${formatRange(range)} ${formatSize(range.size)}${source ? ` (${sourceText(source)})` : ''}`
