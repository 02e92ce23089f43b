/** Devices of the host in the guests that have them, with every address. */

import type { Place } from '../../devicetree/readings/tree-index.ts'
import type { Passthrough } from '../../model/passthrough/device.ts'
import type { Closure, GivenNode } from '../../passthrough/closure.ts'
import type { DeviceSpan } from '../../passthrough/host-device.ts'
import { distance, type GuestPhys, type HostPhys, offset, PAGE } from '../../units/quantities.ts'
import { alignedAround, byBase, end, type Range, range, rangeBetween } from '../../units/range.ts'
import type { Planned } from '../provenance.ts'

/** A device with what comes with it, before the guest has a place for it. */
export interface GivenDevice {
  readonly entry: Passthrough
  readonly closure: Closure
  /** Those of its nodes that Xen is to put behind an IOMMU. */
  readonly held: ReadonlySet<Place>
}

export interface PlannedDevice extends GivenDevice {
  /** The device itself, then what comes with it, as in its closure. */
  readonly nodes: readonly PlannedNode[]
}

/** A node of the host that the guest has, with its places. */
export interface PlannedNode extends GivenNode {
  /** In the order of its spans. */
  readonly parts: readonly PlannedPart[]
}

/** The device itself, then those of its closure. */
export const nodesOf = ({ closure }: GivenDevice): readonly GivenNode[] => [
  { device: closure.device, node: closure.node },
  ...closure.also,
]

/** A span of the device with where the guest sees it. */
export interface PlannedPart {
  readonly span: DeviceSpan
  /** Exact; of a window what the guest has room for. */
  readonly host: Range<HostPhys>
  /** Whole pages, as many as `host` touches. */
  readonly guest: Planned<Range<GuestPhys>>
}

/** What Xen maps: whole pages, as many in the guest as on the host. */
export interface Mapping {
  readonly host: Range<HostPhys>
  readonly guest: Range<GuestPhys>
}

/** The whole pages that `host` touches. */
export const pagesOf = (host: Range<HostPhys>): Range<HostPhys> => alignedAround(host, PAGE)

/** Guest-physical address of the first byte. */
export const guestBase = ({ host, guest }: PlannedPart): GuestPhys =>
  offset(guest.value.base, distance(pagesOf(host).base, host.base))

/** Every page of the node once, ascending by host address; what lies side by side in both is one. */
export function mappingsOf({ parts }: PlannedNode): readonly Mapping[] {
  const sorted = parts
    .map(({ host, guest }): Mapping => ({ host: pagesOf(host), guest: guest.value }))
    .toSorted((a, b) => byBase(a.host, b.host))
  const merged: Mapping[] = []
  for (const next of sorted) {
    const last = merged.at(-1)
    if (last && continues(last, next)) merged[merged.length - 1] = joined(last, next)
    else merged.push(next)
  }
  return merged
}

/** Whether `next` begins in `last` or where that ends, on the host and in the guest alike. */
const continues = (last: Mapping, next: Mapping): boolean =>
  next.host.base <= end(last.host) &&
  next.guest.base === offset(last.guest.base, distance(last.host.base, next.host.base))

function joined(last: Mapping, next: Mapping): Mapping {
  const limit = end(last.host) > end(next.host) ? end(last.host) : end(next.host)
  const host = rangeBetween(last.host.base, limit)
  return { host, guest: range(last.guest.base, host.size) }
}

/** Entry of the lock, and path of the number, of a register or a window of a device; `order`: of its node among those of the device. */
export const deviceKey = (domain: string, device: string, order: number, { kind, index }: DeviceSpan): string =>
  `domains/${domain}/passthrough/${device}/${order === 0 ? '' : `with-${order}-`}${kind}-${index}`

/** The name in messages: `register 0`, `register ctrl`, `window 2`. */
export const spanText = (span: DeviceSpan): string =>
  `${span.kind} ${(span.kind === 'register' ? span.name : undefined) ?? span.index}`

/** Everything that a guest sees of a device. */
export const guestPages = ({ nodes }: PlannedDevice): readonly Range<GuestPhys>[] =>
  nodes.flatMap(({ parts }) => parts.map(({ guest }) => guest.value))
