/** Nodes of `/chosen` that are made for something else than a domain. Those of domains are called like the domains. */
import { member } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'

export const poolNodeName = (pool: string): string => `cpupool-${pool}`
export const regionNodeName = (region: string): string => `shm-${region}`
export const endNodeName = (channel: string): string => `evtchn-${channel}`

/** What a node is made for. */
export interface NodeOwner {
  /** For people: `the cpupool 'realtime'`. */
  readonly what: string
  readonly pointer: string
}

/** By the name of the node. Regions and channels have nodes of their own there for dom0, elsewhere they are below the node of the domain. */
export function otherNodesOfChosen(manifest: Manifest): ReadonlyMap<string, NodeOwner> {
  const [dom0 = ''] = Object.entries(manifest.domains).find(([, domain]) => domain?.boot === 'dom0') ?? []
  const pools = Object.keys(manifest.xen.cpupools ?? {})
  const regions = Object.entries(manifest['shared-memory'] ?? {}).filter(([, region]) => has(region?.access, dom0))
  const channels = Object.entries(manifest['event-channels'] ?? {}).filter(([, channel]) => has(channel?.ends, dom0))
  return new Map([
    ...pools.map((name) => ownerOf(poolNodeName(name), 'cpupool', '/xen/cpupools', name)),
    ...regions.map(([name]) => ownerOf(regionNodeName(name), 'region', '/shared-memory', name)),
    ...channels.map(([name]) => ownerOf(endNodeName(name), 'event channel', '/event-channels', name)),
  ])
}

const has = (ends: object | undefined, domain: string): boolean => ends !== undefined && Object.hasOwn(ends, domain)

const ownerOf = (node: string, kind: string, parent: string, name: string): readonly [string, NodeOwner] => [
  node,
  { what: `the ${kind} '${name}'`, pointer: member(parent, name) },
]
