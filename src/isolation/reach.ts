/** Through what domains reach each other, by what the manifest gives them. */
import { nodeAt } from '../devicetree/model.ts'
import { doesDma } from '../devicetree/readings/dma.ts'
import type { Domain } from '../model/system-model.ts'
import { forcedPaths } from '../passthrough/partial-tree.ts'
import { bootedGuest } from '../plan/by-domain.ts'
import type { SystemPlan } from '../plan/system-plan.ts'

/** Something by which a domain acts on another: writes memory that it reads, interrupts it, or rules it. */
export interface Path {
  /** For people: `shared memory 'samples'`. */
  readonly through: string
  /** Pointer of what the manifest says. */
  readonly pointer: string
}

/**
 * All paths from one domain to another, by name. What two domains may agree on at run time (grants, event channels of their own making) takes
 * the will of both and is not counted; nor is time on processors, or the cache; nor what a third domain hands on.
 */
export type Paths = (from: string, to: string) => readonly Path[]

interface Joint extends Path {
  readonly parties: ReadonlySet<string>
}

/** What a plan joins, by domain. */
interface Reach {
  /** Regions and channels. */
  readonly joints: ReadonlyMap<string, readonly Joint[]>
  /** From guests to dom0. */
  readonly toDom0: ReadonlyMap<string, readonly Path[]>
  /** To every other domain; only domains that have such paths. */
  readonly toAll: ReadonlyMap<string, readonly Path[]>
}

const known = new WeakMap<SystemPlan, Reach>()

function reachOf(plan: SystemPlan): Reach {
  const before = known.get(plan)
  if (before) return before
  const joints = new Map<string, Joint[]>()
  for (const joint of [...regionsOf(plan), ...channelsOf(plan), ...argoOf(plan)])
    for (const party of joint.parties) {
      const others = joints.get(party)
      if (others) others.push(joint)
      else joints.set(party, [joint])
    }
  const rights = plan.model.domains.map(
    (domain) => [domain.name, [...rightsOf(domain), ...unboundDevices(plan, domain)]] as const,
  )
  const reach = { joints, toDom0: waysBack(plan), toAll: new Map(rights.filter(([, paths]) => paths.length > 0)) }
  known.set(plan, reach)
  return reach
}

export function pathsOf(plan: SystemPlan): Paths {
  const { joints, toDom0, toAll } = reachOf(plan)
  return (from, to) =>
    from === to
      ? []
      : [
          ...(joints.get(from) ?? []).filter(({ parties }) => parties.has(to)),
          ...(to === plan.dom0?.domain.name ? (toDom0.get(from) ?? []) : []),
          ...(toAll.get(from) ?? []),
        ]
}

/** Domains that `from` reaches; in the order of the manifest. */
export function reachedBy(plan: SystemPlan, from: string): readonly string[] {
  const { joints, toDom0, toAll } = reachOf(plan)
  if (toAll.has(from)) return plan.model.domains.flatMap(({ name }) => (name === from ? [] : [name]))
  const reached = new Set((joints.get(from) ?? []).flatMap(({ parties }) => [...parties]))
  if (plan.dom0 && toDom0.has(from)) reached.add(plan.dom0.domain.name)
  reached.delete(from)
  return inOrder(reached, placesOf(plan))
}

/**
 * Every two of `names` of which one reaches the other, in the order of `names`. Takes time for what is joined: of many domains nearly all
 * pairs are apart.
 */
export function* joinedPairs(plan: SystemPlan, names: readonly string[]): Generator<readonly [string, string]> {
  const places = new Map(names.map((name, index) => [name, index]))
  const mighty = [...reachOf(plan).toAll.keys()]
  for (const [index, first] of names.entries()) {
    const others = new Set([...reachedBy(plan, first), ...mighty])
    const later = [...others].filter((other) => (places.get(other) ?? -1) > index)
    for (const second of inOrder(later, places)) yield [first, second]
  }
}

const placesByPlan = new WeakMap<SystemPlan, ReadonlyMap<string, number>>()

function placesOf(plan: SystemPlan): ReadonlyMap<string, number> {
  const places = placesByPlan.get(plan) ?? new Map(plan.model.domains.map(({ name }, index) => [name, index] as const))
  placesByPlan.set(plan, places)
  return places
}

const inOrder = (names: Iterable<string>, places: ReadonlyMap<string, number>): readonly string[] =>
  [...names].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))

/** Xen maps a region for reading and writing to every domain that takes part. */
const regionsOf = ({ regions }: SystemPlan): readonly Joint[] =>
  regions.map(({ region: { name, pointer }, parties }) => ({
    through: `shared memory '${name}'`,
    pointer,
    parties: new Set(parties.map(({ access }) => access.domain)),
  }))

const channelsOf = ({ channels }: SystemPlan): readonly Joint[] =>
  channels.map(({ channel: { name, pointer }, ends }) => ({
    through: `event channel '${name}'`,
    pointer,
    parties: new Set(ends.map(({ end }) => end.domain)),
  }))

const argoOf = ({ argo }: SystemPlan): readonly Joint[] =>
  argo.map(({ link: { name, pointer, ends } }) => ({
    through: `messages '${name}' with Argo`,
    pointer,
    parties: new Set(ends.map(({ domain }) => domain)),
  }))

/** By which a domain may map the memory of every other, or has devices that no IOMMU holds back. */
function rightsOf(domain: Domain): readonly Path[] {
  const { pointer } = domain
  if (domain.boot === 'dom0') return [{ through: 'its rights as dom0', pointer }]
  if (domain.boot !== 'dom0less') return []
  const has = (right: 'control' | 'hardware'): boolean => domain.capabilities?.includes(right) ?? false
  return [
    ...(has('control') ? [{ through: 'its capability control', pointer }] : []),
    ...(has('hardware') ? [{ through: "DMA of the host's devices", pointer }] : []),
  ]
}

/** From guests to dom0: xenstore, and the devices of xl's domains. */
function waysBack({ dom0less, xl }: SystemPlan): ReadonlyMap<string, readonly Path[]> {
  const booted = dom0less.filter(({ domain: { enhanced } }) => enhanced === 'enabled' || enhanced === 'legacy')
  const way = ({ name, pointer }: Domain, through: string) => [name, [{ through, pointer }]] as const
  return new Map([
    ...booted.map(({ domain }) => way(domain, 'xenstore')),
    ...xl.map(({ domain }) => way(domain, 'xenstore and its console')),
  ])
}

/** Devices that do DMA and are given away with `xen,force-assign-without-iommu` (docs/misc/arm/passthrough.txt). */
function unboundDevices(plan: SystemPlan, { name }: Domain): readonly Path[] {
  const partial = bootedGuest(plan, name)?.partialTree
  if (!partial) return []
  const unbound = forcedPaths(partial.source.tree).filter((path) => {
    const host = nodeAt(plan.board.tree.root, path)
    return host !== undefined && doesDma(host)
  })
  return unbound.map((path) => ({ through: `DMA of ${path}, without an IOMMU`, pointer: partial.pointer }))
}
