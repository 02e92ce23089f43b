/** Devices, pages, interrupts and streams have one owner, whoever creates it. */
import { atKey, atValue, member, type Report } from '../../diagnostics/diagnostic.ts'
import type { Guest } from '../../model/system-model.ts'
import type { HostDevice } from '../../passthrough/host-device.ts'
import { interruptIds } from '../../passthrough/interrupt-ids.ts'
import { formatRange } from '../../units/format.ts'
import { overlaps } from '../../units/range.ts'
import { type GivenDevice, nodesOf } from './planned-device.ts'

/** A device with the domain that is given it. */
interface Owned {
  readonly domain: Guest
  readonly given: GivenDevice
}

/**
 * PT-047 for a device that has something in common with one of another domain, where xl creates one of the two. What Xen gives to both at boot is found
 * in the trees that it reads.
 */
export function checkOwners(
  guests: readonly Guest[],
  devices: ReadonlyMap<string, readonly GivenDevice[]>,
  report: Report,
): void {
  const all = guests.flatMap((domain) => (devices.get(domain.name) ?? []).map((given): Owned => ({ domain, given })))
  for (const [index, own] of all.entries()) {
    const others = all.slice(0, index).filter(({ domain }) => domain !== own.domain && isByXl(domain, own.domain))
    const [first] = others.flatMap((other) => {
      const what = inCommon(other.given, own.given)
      return what === undefined ? [] : [{ other, what }]
    })
    if (first) reportShared(first.other, own, first.what, report)
  }
}

const isByXl = (...domains: readonly Guest[]): boolean => domains.some(({ boot }) => boot === 'xl')

function reportShared(first: Owned, second: Owned, what: string, report: Report): void {
  report('PT-047', {
    at: atValue(member(second.given.entry.pointer, 'path')),
    message: `'${second.domain.name}' would have ${what}, which '${first.domain.name}' has`,
    help: 'give both devices to one domain, or one of them to none',
    related: [{ at: atKey(first.given.entry.pointer), message: `it is given to '${first.domain.name}' here` }],
  })
}

/** The first thing that both have, for people. */
function inCommon(one: GivenDevice, other: GivenDevice): string | undefined {
  for (const { device: a } of nodesOf(one))
    for (const { device: b } of nodesOf(other)) {
      const what = sharedBy(a, b)
      if (what !== undefined) return what
    }
  return undefined
}

function sharedBy(a: HostDevice, b: HostDevice): string | undefined {
  if (a.place.path === b.place.path) return a.place.path
  const page = b.pages.find((pages) => a.pages.some((own) => overlaps(own, pages)))
  if (page) return `pages of ${a.place.path} with those of ${b.place.path}, ${formatRange(page)}`
  const interrupt = interruptIds(b).find((id) => interruptIds(a).includes(id))
  if (interrupt !== undefined) return `interrupt ${interrupt} of ${a.place.path} with ${b.place.path}`
  const stream = streamsOf(b).find((id) => streamsOf(a).includes(id))
  return stream === undefined ? undefined : `stream ${stream} of ${a.place.path} with ${b.place.path}`
}

const streamsOf = ({ dma }: HostDevice): readonly string[] =>
  dma.iommus.map(({ path, cells }) => `${cells.join(' ')} at ${path}`)
