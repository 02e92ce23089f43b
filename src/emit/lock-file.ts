/** The lock file: what guests and peers see of the plan, for the next build to keep. */

import { colorsKey } from '../plan/cpus/domain-colors.ts'
import { guestKey } from '../plan/guest-memory/regions.ts'
import { portKey } from '../plan/links/channels.ts'
import { idKey } from '../plan/links/shm-ids.ts'
import { orderKey } from '../plan/lock/order.ts'
import { LOCK_END, rangesText } from '../plan/lock/values.ts'
import { hostKey, staticMemKey } from '../plan/memory.ts'
import type { Planned, Provenance } from '../plan/provenance.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { offsetKey } from '../plan/virtio/devices.ts'
import type { Address } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'

const HEADING = '# Written by domforge build: what guests see and later builds keep. Keep it under version control.\n'

/** One line for each value, sorted by name, and the end. */
export const lockText = (plan: SystemPlan): string => {
  const lines = [...entriesOf(plan)].map(([key, value]) => `${key}: ${value}\n`)
  return `${HEADING}${lines.sort().join('')}${LOCK_END}\n`
}

/** Whether the plan has nothing to keep: then it needs no lock file. */
export const needsNoLock = (plan: SystemPlan): boolean => entriesOf(plan).next().done === true

type Entry = readonly [key: string, value: string]

/** What domforge chose, now or before; what the manifest says needs no second place. */
function* entriesOf({ dom0less, xl, regions, channels, virtio }: SystemPlan): Generator<Entry> {
  for (const { domain, id, staticMem = [] } of dom0less) {
    yield [orderKey(domain.name), String(id.value)]
    yield* chosenRanges(staticMemKey(domain.name), staticMem)
  }
  for (const { domain, colors } of [...dom0less, ...xl])
    if (colors && isChosen(colors)) yield [colorsKey(domain.name), colors.value]
  for (const { region, id, host, parties } of regions) {
    if (isChosen(id)) yield [idKey(region.name), id.value]
    yield* chosenRanges(hostKey(region.name), [host])
    for (const { access, guest } of parties) yield* chosenRanges(guestKey(region.name, access.domain), [guest])
  }
  for (const { channel, ends } of channels)
    for (const { end, port } of ends) if (isChosen(port)) yield [portKey(channel.name, end.domain), String(port.value)]
  for (const { device, place } of virtio) yield* chosenRanges(offsetKey(device.name), [place])
}

const isChosen = ({ by }: Provenance): boolean => by === 'allocated' || by === 'lock'

function* chosenRanges<A extends Address>(key: string, places: readonly Planned<Range<A>>[]): Generator<Entry> {
  const chosen = places.filter(isChosen)
  if (chosen.length > 0) yield [key, rangesText(chosen.map(({ value }) => value))]
}
