import { resolvePath } from '../../devicetree/readings/paths.ts'
import { indexTree, type Place, type TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { atValue, member, type Origin, type Report } from '../../diagnostics/diagnostic.ts'
import type { Board } from '../../facts/facts.ts'
import { driverOf } from '../../iommu/driver.ts'
import type { SystemModel } from '../../model/system-model.ts'
import { mastersWithoutIommu } from '../../passthrough/bus-masters.ts'
import type { Choice } from '../../passthrough/closure.ts'
import { briefWayOf, type Consumer, consumersOf, wayOf } from '../../passthrough/consumers.ts'
import { isBelow } from '../../passthrough/host/below.ts'
import { argumentsNeeded } from '../../passthrough/host-arguments.ts'
import { type HostNeed, hostNeeds } from '../../passthrough/host-needs.ts'
import type { OwnTree } from './own-tree.ts'
import type { GivenDevice } from './planned-device.ts'

/** DEV-005 and DEV-006 for the devices of each domain, DEV-008 for those of `passthrough`, DEV-007 for `platform.enable`. */
export function checkHost(
  model: SystemModel,
  board: Board,
  given: ReadonlyMap<string, readonly GivenDevice[]>,
  ownTrees: ReadonlyMap<string, OwnTree>,
  report: Report,
): void {
  if (given.size === 0 && ownTrees.size === 0 && model.platform.enable.length === 0) return
  const index = indexTree(board.tree.root)
  checkEnabled(model, index, report)
  const dom0 = model.domains.find(({ boot }) => boot === 'dom0')
  if (dom0?.os === 'linux') checkArguments(dom0.kernel.bootargs, given, report)
  const handovers = handoversOf(given, ownTrees, index)
  const owners: Owners = new Map(handovers.flatMap(({ domain, tops }) => tops.map((place) => [place, domain])))
  const needs = dom0 ? hostNeeds(index, dom0.kernel.bootargs) : []
  for (const handover of handovers)
    checkHandover({ ...handover, index, owners, needs, hasDom0: dom0 !== undefined }, report)
}

/** Nodes of the host that a domain is given by one entry of `passthrough`, or one node of its own tree. */
interface Handover {
  readonly domain: string
  readonly path: string
  readonly tops: readonly Place[]
  readonly at: Origin
  /** What the domain can have besides, and how. */
  readonly more: string
}

function handoversOf(
  manifest: ReadonlyMap<string, readonly GivenDevice[]>,
  ownTrees: ReadonlyMap<string, OwnTree>,
  index: TreeIndex,
): readonly Handover[] {
  const byManifest = [...manifest].flatMap(([domain, devices]) =>
    devices.map(
      (device): Handover => ({
        domain,
        path: device.closure.device.place.path,
        tops: placesOf(device, index),
        at: atValue(member(device.entry.pointer, 'path')),
        more: 'include what the domain can have',
      }),
    ),
  )
  // What the manifest gives as well is reported there.
  const isGiven = (domain: string, place: Place): boolean =>
    byManifest.some((given) => given.domain === domain && given.tops.includes(place))
  const byTrees = [...ownTrees].flatMap(([domain, { devices }]) =>
    devices.flatMap(({ host, atPath }): readonly Handover[] =>
      host && !isGiven(domain, host.place)
        ? [{ domain, path: host.place.path, tops: [host.place], at: atPath, more: 'give the domain those as well' }]
        : [],
    ),
  )
  return [...byManifest, ...byTrees]
}

/** Nodes that are given, by their domain. */
type Owners = ReadonlyMap<Place, string>

interface Loss extends Handover {
  readonly index: TreeIndex
  readonly owners: Owners
  readonly needs: readonly HostNeed[]
  readonly hasDom0: boolean
}

const placesOf = ({ closure }: GivenDevice, index: TreeIndex): readonly Place[] =>
  [closure.device, ...closure.also.map(({ device }) => device)].flatMap(({ place }) => index.at(place.path) ?? [])

function checkHandover({ index, domain, path, tops, at, more, owners, needs, hasDom0 }: Loss, report: Report): void {
  const consumers = consumersOf(index, new Set(tops)).filter(({ place }) => ownerOf(place, owners) !== domain)
  const lost: Consumer[] = []
  for (const consumer of consumers) {
    const owner = ownerOf(consumer.place, owners)
    const need = owner === undefined ? needs.find(({ place }) => isAtOrBelow(place, consumer.place)) : undefined
    if (owner === undefined && !need) lost.push(consumer)
    else
      report('DEV-005', {
        at,
        message: `${neededOf(consumer, tops).path} goes to '${domain}', and ${need ? `dom0's ${need.what}` : `a device of '${owner}'`} needs it: ${wayOf(consumer)}`,
        help: 'give it to no domain, or give both to one',
      })
  }
  const own = needs.find(({ place, what }) => what === 'root disk' && tops.some((top) => isAtOrBelow(place, top)))
  if (own)
    report('DEV-005', {
      at,
      message: `${path} goes to '${domain}', and dom0's ${own.what} is on it`,
      help: 'give another device, or change root= of dom0',
    })
  const all = [...new Set(lost.map((consumer) => neededOf(consumer, tops).path))]
  if (hasDom0 && lost.length > 0)
    report('DEV-006', {
      at,
      message: `${all.join(' and ')} ${all.length === 1 ? 'goes' : 'go'} to '${domain}', and ${lost.length === 1 ? 'a device' : `${lost.length} devices`} of dom0 will lack it: ${listed(lost.map(briefWayOf))}`,
      help: `disable them on the host if dom0 is not to use them, or ${more}`,
    })
}

/** The nearest of the nodes that are given which is needed, itself or by something below it. */
function neededOf({ through }: Consumer, tops: readonly Place[]): Place {
  const { to } = through.at(-1) ?? through[0]
  for (let up: Place | undefined = to; up; up = up.parent) if (tops.includes(up)) return up
  return to
}

const isAtOrBelow = (place: Place, top: Place): boolean => place === top || isBelow(place, top)

function ownerOf(place: Place, owners: Owners): string | undefined {
  for (let up: Place | undefined = place; up; up = up.parent) {
    const owner = owners.get(up)
    if (owner !== undefined) return owner
  }
  return undefined
}

const NAMED = 4

const listed = (texts: readonly string[]): string =>
  texts.length > NAMED ? `${texts.slice(0, NAMED).join('; ')}; and ${texts.length - NAMED} more` : texts.join('; ')

/** Xen lets through only what an IOMMU that it drives is told of. */
function checkEnabled({ platform, xen: { release } }: SystemModel, index: TreeIndex, report: Report): void {
  const masters = mastersWithoutIommu(index).map(({ path }) => path)
  if (masters.length === 0) return
  for (const { path, pointer } of platform.enable) {
    const found = resolvePath(index, path)
    if (!found.ok || driverOf(found.value.place.node, release) === undefined) continue
    report('DEV-007', {
      at: atValue(pointer),
      message: `${found.value.place.path} is enabled, and ${masters.length === 1 ? 'a device' : `${masters.length} devices`} that may be behind it ${masters.length === 1 ? 'does' : 'do'} not say so: ${listed(masters)}`,
      help: "add 'iommus' by an overlay to those that are; the others are not affected",
    })
  }
}

/** Linux switches off late in its boot what no driver of its own uses. */
function checkArguments(bootargs: string, given: ReadonlyMap<string, readonly GivenDevice[]>, report: Report): void {
  const words = new Set(bootargs.split(/\s+/))
  for (const { entry, closure } of [...given.values()].flat())
    for (const { argument, because } of argumentsNeeded(closure).filter((needed) => !words.has(needed.argument)))
      report('DEV-008', {
        at: atValue(member(entry.pointer, 'path')),
        message: `dom0's kernel would switch off what ${closure.device.place.path} needs: ${listed(sourcesOf(because))}`,
        help: `add ${argument} to kernel.bootargs of dom0${argument === 'regulator_ignore_unused' ? ', if its Linux is 6.8 or newer' : ''}`,
      })
}

/** One for each provider: `clocks pclk, hclk from /clock-controller`. */
function sourcesOf(choices: readonly Choice[]): readonly string[] {
  const names = new Map<string, Set<string>>()
  const keyOf = ({ dependency, provider }: Choice): string => `${dependency}\n${provider}`
  for (const choice of choices) {
    const own = names.get(keyOf(choice)) ?? new Set()
    if (choice.name !== undefined) own.add(choice.name)
    names.set(keyOf(choice), own)
  }
  return [...names].map(([key, own]) => {
    const [dependency, provider] = key.split('\n')
    return `${own.size === 0 ? dependency : `${dependency} ${[...own].join(', ')}`} from ${provider}`
  })
}
