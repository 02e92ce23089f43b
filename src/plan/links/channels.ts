/** Ports of static event channels. */
import { atKey, type Report } from '../../diagnostics/diagnostic.ts'
import type { Lock } from '../../facts/lock.ts'
import type { EventChannel, EventChannelEnd } from '../../model/partition.ts'
import { FIRST_PORT, MAX_PORT } from '../../xen/static-limits.ts'
import { type Placer, place } from '../lock/placer.ts'
import type { PlannedChannel, PlannedEnd } from './planned-links.ts'

export const portKey = (channel: string, domain: string): string => `event-channels/${channel}/ends/${domain}/port`

/**
 * A port for each end: the manifest's, then the lock's, then the lowest that is free in its domain. If an end has no free port (RES-011),
 * its channel is left out. `phandles` gives the next number of a node.
 */
export function planChannels(
  channels: readonly EventChannel[],
  lock: Lock,
  nextPhandle: () => number,
  report: Report,
): readonly PlannedChannel[] {
  const wanted = channels.flatMap(({ name, ends }) => ends.map((end): WantedPort => ({ end, channel: name })))
  const { places, unplaced } = place(wanted, new Map(), PORTS, lock)
  for (const { item } of unplaced) reportNoPort(item.end, report)
  const ports = new Map([...places].map(([{ end }, port]) => [end, port]))
  return channels.flatMap((channel) => {
    const [first, second] = channel.ends.map((end) => {
      const port = ports.get(end)
      return port && { end, port }
    })
    return first && second
      ? [{ channel, ends: [numbered(first, nextPhandle), numbered(second, nextPhandle)] as const }]
      : []
  })
}

const numbered = (end: Omit<PlannedEnd, 'phandle'>, nextPhandle: () => number): PlannedEnd => ({
  ...end,
  phandle: nextPhandle(),
})

interface WantedPort {
  readonly end: EventChannelEnd
  readonly channel: string
}

/** Ports that are taken, by domain. */
type TakenPorts = ReadonlyMap<string, ReadonlySet<number>>

const PORTS: Placer<WantedPort, number, TakenPorts> = {
  key: ({ end, channel }) => portKey(channel, end.domain),
  given: ({ end: { port, pointer } }) =>
    port === 'auto' ? undefined : { value: port, by: 'manifest', at: `${pointer}/port` },
  kept: [
    ({ end }, text, taken) => {
      const port = Number(text)
      return port > MAX_PORT || takenBy(end, taken).has(port) ? undefined : port
    },
  ],
  choose: ({ end }, taken) => {
    const value = lowestFree(takenBy(end, taken))
    return value === undefined
      ? undefined
      : { value, by: 'allocated', reason: `lowest free port of '${end.domain}', ${FIRST_PORT} or higher` }
  },
  without: (taken, port, { end }) => new Map(taken).set(end.domain, new Set([...takenBy(end, taken), port])),
  text: String,
}

const takenBy = ({ domain }: EventChannelEnd, taken: TakenPorts): ReadonlySet<number> => taken.get(domain) ?? new Set()

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
