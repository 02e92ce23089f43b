/** Ports of static event channels. */
import { atKey, type Report } from '../../diagnostics/diagnostic.ts'
import { EMPTY_LOCK, type Lock } from '../../facts/lock.ts'
import type { EventChannel, EventChannelEnd } from '../../model/partition.ts'
import { FIRST_PORT, MAX_PORT } from '../../xen/static-limits.ts'
import { byLock, lockedNumber, sameValue, unlessFree } from '../lock/values.ts'
import type { Planned } from '../provenance.ts'
import type { PlannedChannel, PlannedEnd } from './planned-links.ts'

export const portKey = (channel: string, domain: string): string => `event-channels/${channel}/ends/${domain}/port`

type PlacedEnd = Omit<PlannedEnd, 'phandle'>

/**
 * A port for each end: the manifest's, then the lock's, then the lowest that is free in its domain. An end without a free port (RES-011)
 * takes its channel along. `phandles` gives the next number of a node.
 */
export function planChannels(
  channels: readonly EventChannel[],
  lock: Lock,
  nextPhandle: () => number,
  report: Report,
): readonly PlannedChannel[] {
  const ports = portsOf(channels, lock, report)
  const free = portsOf(channels, EMPTY_LOCK, () => {})
  return channels.flatMap((channel) => {
    const [first, second] = channel.ends.map((end) => {
      const placed = ports.get(end)
      return placed && { end, port: unlessFree(placed.port, free.get(end)?.port, sameValue) }
    })
    return first && second
      ? [{ channel, ends: [numbered(first, nextPhandle), numbered(second, nextPhandle)] as const }]
      : []
  })
}

const numbered = (end: PlacedEnd, nextPhandle: () => number): PlannedEnd => ({ ...end, phandle: nextPhandle() })

function portsOf(
  channels: readonly EventChannel[],
  lock: Lock,
  report: Report,
): ReadonlyMap<EventChannelEnd, PlacedEnd> {
  const ends = channels.flatMap((channel) =>
    channel.ends.map((end) => ({ end, key: portKey(channel.name, end.domain) })),
  )
  const taken = new Map<string, Set<number>>()
  const places = new Map<EventChannelEnd, PlacedEnd>()
  const used = (domain: string): Set<number> => {
    const known = taken.get(domain) ?? new Set()
    taken.set(domain, known)
    return known
  }
  const take = (end: EventChannelEnd, port: Planned<number>): void => {
    used(end.domain).add(port.value)
    places.set(end, { end, port })
  }
  for (const { end } of ends)
    if (end.port !== 'auto') take(end, { value: end.port, by: 'manifest', at: `${end.pointer}/port` })
  for (const { end, key } of ends) {
    const port = lockedNumber(lock, key)
    if (places.has(end) || port === undefined || port > MAX_PORT || used(end.domain).has(port)) continue
    take(end, { value: port, ...byLock(key) })
  }
  for (const { end } of ends) {
    if (places.has(end)) continue
    const port = lowestFree(used(end.domain))
    if (port === undefined) reportNoPort(end, report)
    else
      take(end, { value: port, by: 'allocated', reason: `lowest free port of '${end.domain}' from ${FIRST_PORT} on` })
  }
  return places
}

function lowestFree(taken: ReadonlySet<number>): number | undefined {
  for (let port = FIRST_PORT; port <= MAX_PORT; port++) if (!taken.has(port)) return port
  return undefined
}

const reportNoPort = ({ pointer, domain }: EventChannelEnd, report: Report): void =>
  report('RES-011', {
    at: atKey(pointer),
    message: `'${domain}' has no free port for this channel: ${FIRST_PORT} to ${MAX_PORT} are in use`,
    help: 'merge channels',
  })
