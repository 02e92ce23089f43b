/** Through what domains reach each other, by what the manifest gives them. */
import { nodeAt } from '../devicetree/model.ts'
import { doesDma } from '../devicetree/readings/dma.ts'
import type { Domain } from '../model/system-model.ts'
import { forcedPaths } from '../passthrough/partial-tree.ts'
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

export function pathsOf(plan: SystemPlan): Paths {
  const joints = new Map<string, readonly Joint[]>()
  for (const joint of [...regionsOf(plan), ...channelsOf(plan)])
    for (const party of joint.parties) joints.set(party, [...(joints.get(party) ?? []), joint])
  const toDom0 = waysBack(plan)
  const toAll = new Map(
    plan.model.domains.map((domain) => [domain.name, [...rightsOf(domain), ...unboundDevices(plan, domain)]] as const),
  )
  return (from, to) =>
    from === to
      ? []
      : [
          ...(joints.get(from) ?? []).filter(({ parties }) => parties.has(to)),
          ...(to === plan.dom0?.domain.name ? (toDom0.get(from) ?? []) : []),
          ...(toAll.get(from) ?? []),
        ]
}

/** Xen maps a region for reading and writing to everybody who takes part. */
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
function unboundDevices({ board, dom0less }: SystemPlan, { name }: Domain): readonly Path[] {
  const partial = dom0less.find(({ domain }) => domain.name === name)?.partialTree
  if (!partial) return []
  const unbound = forcedPaths(partial.source.tree).filter((path) => {
    const host = nodeAt(board.tree.root, path)
    return host !== undefined && doesDma(host)
  })
  return unbound.map((path) => ({ through: `DMA of ${path}, without an IOMMU`, pointer: partial.reference.pointer }))
}
