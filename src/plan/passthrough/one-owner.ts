/** Devices, pages, interrupts and streams have one owner, whoever creates it. */
import { atKey, atValue, member, type Origin, type Report } from '../../diagnostics/diagnostic.ts'
import type { Guest, SystemModel } from '../../model/system-model.ts'
import type { HostDevice } from '../../passthrough/host-device.ts'
import { interruptIds } from '../../passthrough/interrupt-ids.ts'
import { formatRange } from '../../units/format.ts'
import type { HostPhys } from '../../units/quantities.ts'
import { overlaps, type Range } from '../../units/range.ts'
import { compared, meet, type Stream, streamOf, streamText } from '../../xen/iommu.ts'
import type { Release } from '../../xen/releases.ts'
import type { OwnTree } from './own-tree.ts'
import { type GivenDevice, nodesOf, pagesOf } from './planned-device.ts'

/** Something of the host that a domain is given. */
interface Owned {
  readonly domain: Guest
  /** Where it is given. */
  readonly at: Origin
  /** The same as a whole. */
  readonly whole: Origin
  readonly holdings: readonly Holding[]
}

interface HostStream extends Stream {
  /** Path of the IOMMU. */
  readonly iommu: string
}

interface Holding {
  /** Of the host's node, or what else it is. */
  readonly path: string
  readonly pages: readonly Range<HostPhys>[]
  readonly interrupts: readonly number[]
  readonly streams: readonly HostStream[]
}

/**
 * PT-047 for a device that has something in common with one of another domain, where xl creates one of the two. What Xen gives to both at boot is found
 * in the trees that it reads.
 */
export function checkOwners(
  { domains, xen: { release } }: SystemModel,
  devices: ReadonlyMap<string, readonly GivenDevice[]>,
  trees: ReadonlyMap<string, OwnTree>,
  report: Report,
): void {
  const guests = domains.filter((domain): domain is Guest => domain.boot !== 'dom0')
  const all = guests.flatMap((domain) => [
    ...(devices.get(domain.name) ?? []).map((given) => byManifest(domain, given, release)),
    ...byTree(domain, trees.get(domain.name), release),
  ])
  for (const [index, own] of all.entries()) {
    const others = all.slice(0, index).filter(({ domain }) => domain !== own.domain && isByXl(domain, own.domain))
    const [first] = others.flatMap((other) => {
      const what = inCommon(other, own)
      return what === undefined ? [] : [{ other, what }]
    })
    if (first) reportShared(first.other, own, first.what, report)
  }
}

function byManifest(domain: Guest, given: GivenDevice, release: Release): Owned {
  const { pointer } = given.entry
  const holdings = nodesOf(given).map(({ device }) => holdingOf(device, given.held.has(device.place), release))
  return { domain, at: atValue(member(pointer, 'path')), whole: atKey(pointer), holdings }
}

const holdingOf = (device: HostDevice, isHeld: boolean, release: Release): Holding => ({
  path: device.place.path,
  pages: device.pages,
  interrupts: interruptIds(device),
  streams: isHeld ? streamsOf(device, release) : [],
})

const byTree = (domain: Guest, tree: OwnTree | undefined, release: Release): readonly Owned[] =>
  (tree?.devices ?? []).map(({ at, host, mappings }) => {
    const path = host?.place.path ?? 'memory without a device'
    const pages = mappings.map((mapping) => pagesOf(mapping.host))
    const rest = host
      ? { interrupts: interruptIds(host), streams: host.isBehindIommu ? streamsOf(host, release) : [] }
      : { interrupts: [], streams: [] }
    return { domain, at, whole: at, holdings: [{ path, pages, ...rest }] }
  })

const isByXl = (...domains: readonly Guest[]): boolean => domains.some(({ boot }) => boot === 'xl')

function reportShared(first: Owned, second: Owned, what: string, report: Report): void {
  report('PT-047', {
    at: second.at,
    message: `'${second.domain.name}' would have ${what}, which '${first.domain.name}' has`,
    help: 'give both devices to one domain, or one of them to none',
    related: [{ at: first.whole, message: `it is given to '${first.domain.name}' here` }],
  })
}

/** The first thing that both have, for people. */
function inCommon(one: Owned, other: Owned): string | undefined {
  for (const a of one.holdings)
    for (const b of other.holdings) {
      const what = sharedBy(a, b)
      if (what !== undefined) return what
    }
  return undefined
}

function sharedBy(a: Holding, b: Holding): string | undefined {
  if (a.path === b.path && a.path.startsWith('/')) return a.path
  const page = b.pages.find((pages) => a.pages.some((own) => overlaps(own, pages)))
  if (page) return `pages of ${a.path} with those of ${b.path}, ${formatRange(page)}`
  const interrupt = b.interrupts.find((id) => a.interrupts.includes(id))
  if (interrupt !== undefined) return `interrupt ${interrupt} of ${a.path} with ${b.path}`
  const stream = b.streams.find((own) => a.streams.some((other) => other.iommu === own.iommu && meet(other, own)))
  return stream && `${streamText(stream)} at ${stream.iommu} of ${a.path} with ${b.path}`
}

const streamsOf = ({ dma }: Pick<HostDevice, 'dma'>, release: Release): readonly HostStream[] =>
  dma.iommus.map(({ path, cells, keeping, commonMask }) => ({
    iommu: path,
    ...compared(streamOf(keeping, cells, commonMask), release),
  }))
