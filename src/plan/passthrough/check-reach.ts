/** Whether devices reach the RAM of their guest through the buses above them. */
import { atValue, member, type Report } from '../../diagnostics/diagnostic.ts'
import type { Guest } from '../../model/system-model.ts'
import { reachOf } from '../../passthrough/host/dma-windows.ts'
import { formatRange } from '../../units/format.ts'
import { type GuestPhys, hostPhys } from '../../units/quantities.ts'
import { type Range, range, subtract } from '../../units/range.ts'
import { nodesOf, type PlannedDevice } from './planned-device.ts'

/**
 * PT-054 for devices with RAM of the guest, `ram`, outside the windows of their buses. What comes out of those is an address of the guest: of the host as
 * well where it is direct-mapped, else an IOMMU's. Where a bus of the guest's tree has the same windows its kernel keeps to them, so that
 * some of the RAM is enough.
 */
export function checkReach(
  domain: Guest,
  devices: readonly PlannedDevice[],
  ram: readonly Range<GuestPhys>[],
  report: Report,
): void {
  const all = ram.map(({ base, size }) => range(hostPhys(BigInt(base)), size))
  for (const device of devices)
    for (const { device: host } of nodesOf(device)) {
      const reach = host.dma.does === 'no' ? undefined : reachOf(host.place)
      const beyond = reach ? subtract(all, reach) : []
      const isWhole = beyond.length === all.length && beyond.every((part, at) => part.size === all[at]?.size)
      const isToldToGuest = host.dma.windows.length > 0
      if (!reach || beyond.length === 0 || (isToldToGuest && !isWhole)) continue
      report(
        'PT-054',
        {
          at: atValue(member(device.entry.pointer, 'path')),
          message: `${host.place.path} reaches ${reach.map(formatRange).join(', ') || 'no memory'} through dma-ranges of the buses above it, and RAM of '${domain.name}' is at ${beyond.map(formatRange).join(', ')}${isWhole ? '' : ' as well'} (guest-physical)`,
          help: helpFor(domain),
        },
        host.dma.does === 'possible' ? 'warning' : undefined,
      )
    }
}

/** Where a domain is not direct-mapped its RAM begins where Xen's layout for guests says, whatever is free on the host. */
const helpFor = (domain: Guest): string =>
  domain.boot === 'dom0less' && domain['direct-map']
    ? `give 'static-mem' of '${domain.name}' a range that the device reaches, or correct dma-ranges by an overlay`
    : `RAM of '${domain.name}' fills up from 0x40000000: give it less, correct dma-ranges by an overlay, or give the device to a direct-mapped domain`
