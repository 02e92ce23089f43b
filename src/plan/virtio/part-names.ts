/** Parts of a device in words. */
import { bytes, offset, type RegionOffset } from '../../units/quantities.ts'
import { containsAddress, range } from '../../units/range.ts'
import type { LayoutPart, PartKind } from './device-layout.ts'
import type { PlannedStaticShm } from './planned-virtio.ts'

const NAMES: Readonly<Record<PartKind, string>> = {
  identity: 'what the device is',
  'device-state': 'state of the device',
  'driver-state': 'state of the driver',
  config: 'configuration',
  'resource-table': 'resource table',
  'driver-status': 'status of the driver',
  descriptors: 'descriptors',
  available: 'available ring',
  used: 'used ring',
  ring: 'ring',
  'driver-events': 'what events the driver wants',
  'device-events': 'what events the device wants',
  buffers: 'buffers',
}

/** `rx, used ring`. */
export const partName = ({ kind, queue }: LayoutPart): string =>
  `${queue === undefined ? '' : `${queue}, `}${NAMES[kind]}`

/** Who writes a part: the name of a domain, or `both`. */
export const writerOf = ({ device }: PlannedStaticShm, { writer }: LayoutPart): string =>
  writer === 'both' ? 'both' : device[writer]

/** `samples-link: rx, used ring, written by sensor`, of what lies at an offset of a region; `undefined`: no device does. */
export function describeOffset(
  virtio: readonly PlannedStaticShm[],
  region: string,
  at: RegionOffset,
): string | undefined {
  for (const planned of virtio) {
    const { device, layout, place } = planned
    if (device.memory !== region || !containsAddress(place.value, at)) continue
    const part = layout.parts.find((candidate) =>
      containsAddress(range(offset(place.value.base, candidate.offset), candidate.size), at),
    )
    return part
      ? `${device.name}: ${partName(part)}, ${bufferIn(planned, part, at)}written by ${writerOf(planned, part)}`
      : `${device.name}: nothing`
  }
  return undefined
}

/** `buffer 17, ` where the part is made of buffers. */
function bufferIn({ layout, place }: PlannedStaticShm, { kind, offset: start }: LayoutPart, at: RegionOffset): string {
  if (kind !== 'buffers' || !layout.buffers) return ''
  const first = offset(place.value.base, start)
  return `buffer ${bytes(at - first) / layout.buffers.stride}, `
}
