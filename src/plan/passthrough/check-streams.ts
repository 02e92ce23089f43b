/** Whether Xen lets all stream ids of a device through its IOMMU. */
import { atValue, member, type Origin, type Report } from '../../diagnostics/diagnostic.ts'
import type { SystemModel } from '../../model/system-model.ts'
import type { HostDevice } from '../../passthrough/host-device.ts'
import { heedsMasks, streamOf, streamText } from '../../xen/iommu.ts'
import type { OwnTree } from './own-tree.ts'
import { type GivenDevice, nodesOf } from './planned-device.ts'

/** PT-052 for devices whose streams have a mask, where Xen knows none: `devices` and `trees` by name of the domain. */
export function checkStreams(
  { xen: { release } }: SystemModel,
  devices: ReadonlyMap<string, readonly GivenDevice[]>,
  trees: ReadonlyMap<string, OwnTree>,
  report: Report,
): void {
  if (heedsMasks(release)) return
  const check = (at: Origin, { place, dma }: Pick<HostDevice, 'place' | 'dma'>): void => {
    const masked = dma.iommus
      .map(({ path, keeping, cells, commonMask }) => ({ path, stream: streamOf(keeping, cells, commonMask) }))
      .find(({ stream }) => stream.mask !== 0)
    if (masked)
      report('PT-052', {
        at,
        message: `${place.path} has ${streamText(masked.stream)} of ${masked.path}, and Xen ${release} ignores the mask: only ${masked.stream.id} would get through`,
        help: "use Xen 4.20 or newer, or name in 'iommus' of the host's node each stream that the device has, by an overlay",
      })
  }
  for (const given of [...devices.values()].flat())
    for (const { device } of nodesOf(given))
      if (given.held.has(device.place)) check(atValue(member(given.entry.pointer, 'path')), device)
  for (const { at, host } of [...trees.values()].flatMap((tree) => tree.devices))
    if (host?.isBehindIommu) check(at, host)
}
