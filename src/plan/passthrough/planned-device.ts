/** Devices of the host in the guests that have them, with every address. */
import type { Passthrough } from '../../model/passthrough/device.ts'
import type { Closure } from '../../passthrough/closure.ts'
import type { DeviceSpan } from '../../passthrough/host-device.ts'
import { distance, type GuestPhys, type HostPhys, offset, PAGE } from '../../units/quantities.ts'
import { alignedAround, byBase, end, type Range, range, rangeBetween } from '../../units/range.ts'
import type { Planned } from '../provenance.ts'

/** A device with what comes with it, before the guest has a place for it. */
export interface GivenDevice {
  readonly entry: Passthrough
  readonly closure: Closure
}

export interface PlannedDevice extends GivenDevice {
  /** In the order of the device's spans. */
  readonly parts: readonly PlannedPart[]
}

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

/** Where the guest sees the first byte. */
export const guestBase = ({ host, guest }: PlannedPart): GuestPhys =>
  offset(guest.value.base, distance(pagesOf(host).base, host.base))

/** Every page of the device once, ascending by host address; what lies side by side in both is one. */
export function mappingsOf({ parts }: PlannedDevice): readonly Mapping[] {
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

/** Entry of the lock, and path of the number, of a register or a window of a device. */
export const deviceKey = (domain: string, device: string, { kind, index }: DeviceSpan): string =>
  `domains/${domain}/passthrough/${device}/${kind}-${index}`

/** For people: `register 0`, `register ctrl`, `window 2`. */
export const spanText = (span: DeviceSpan): string =>
  `${span.kind} ${(span.kind === 'register' ? span.name : undefined) ?? span.index}`

/** Everything that a guest sees of a device. */
export const guestPages = ({ parts }: PlannedDevice): readonly Range<GuestPhys>[] =>
  parts.map(({ guest }) => guest.value)
