/** What lies at an address: on the host when Xen starts, and in every guest. */
import { loadedFiles } from '../../plan/loaded-files.ts'
import type { LoadedFile, SystemPlan } from '../../plan/system-plan.ts'
import { formatRange, formatSize, hex } from '../../units/format.ts'
import { type GuestPhys, guestPhys, type HostPhys, hostPhys } from '../../units/quantities.ts'
import { containsAddress, type Range } from '../../units/range.ts'
import { GUEST_REGIONS, type GuestRegion } from '../../xen/guest-regions.ts'
import { paint } from '../terminal.ts'

/** `value` is looked at as host-physical and as an address of each guest. */
export function explainAddress(value: bigint, plan: SystemPlan): string {
  const guests = [
    ...plan.dom0less.map(({ domain, ram }) => inGuest(domain.name, guestPhys(value), ram, regionsOf(plan, domain))),
    ...plan.xl.map(({ domain, ram }) => inGuest(domain.name, guestPhys(value), ram, regionsOf(plan, domain))),
  ]
  return [paint(process.stdout, 'bold', hex(value)), ...onHost(hostPhys(value), plan), ...guests]
    .join('\n')
    .concat('\n')
}

function onHost(address: HostPhys, plan: SystemPlan): string[] {
  const files = loadedFiles(plan.load).filter(({ room }) => containsAddress(room, address))
  const owned = plan.board.owned.filter(({ range }) => containsAddress(range, address))
  const lines = [
    ...files.map(loaded),
    ...owned.map(({ range, owner }) => `${formatRange(range)} ${formatSize(range.size)}, owned by ${owner}`),
  ]
  const bank = plan.board.ram.find((ram) => containsAddress(ram, address))
  if (!bank) return ['  host: no RAM (a device, or nothing)']
  if (lines.length === 0) lines.push(freeRam(address, plan))
  return [`  host: RAM bank ${formatRange(bank)} ${formatSize(bank.size)}`, ...lines.map((line) => `    ${line}`)]
}

const freeRam = (address: HostPhys, plan: SystemPlan): string =>
  plan.loadWindow.some((window) => containsAddress(window, address))
    ? 'free when Xen starts: Xen takes memory for itself and its domains from here'
    : 'outside the load window: U-Boot uses it until Xen starts, nothing is loaded here'

function loaded({ id, path, size, room, address, usedBy }: LoadedFile): string {
  const users = usedBy.length > 0 ? `, for ${usedBy.join(', ')}` : ''
  const why = 'reason' in address ? address.reason : address.at
  return `${formatRange(room)} ${id}: ${path}, ${formatSize(size)}${users} (${address.by}: ${why})`
}

type GuestDomain = SystemPlan['dom0less'][number]['domain'] | SystemPlan['xl'][number]['domain']

function regionsOf(plan: SystemPlan, domain: GuestDomain): readonly GuestRegion[] {
  const has: Readonly<Record<NonNullable<GuestRegion['only']>, boolean>> = {
    'gic-v2': plan.board.gic?.version === 'v2',
    'gic-v3': plan.board.gic?.version === 'v3',
    vpl011: domain.console === 'vpl011',
    enhanced: domain.boot === 'xl' || domain.enhanced !== 'disabled',
    xl: domain.boot === 'xl',
  }
  return GUEST_REGIONS.filter(({ only }) => only === undefined || has[only])
}

function inGuest(
  name: string,
  address: GuestPhys,
  ram: readonly Range<GuestPhys>[],
  regions: readonly GuestRegion[],
): string {
  const bank = ram.find((range) => containsAddress(range, address))
  if (bank) return `  ${name}: its RAM ${formatRange(bank)} ${formatSize(bank.size)}`
  const region = regions.find(({ range }) => containsAddress(range, address))
  return region ? `  ${name}: ${region.name} ${formatRange(region.range)}` : `  ${name}: nothing`
}
