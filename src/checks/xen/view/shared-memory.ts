/** Nodes of static shared memory as Xen reads them (static-shmem.c: process_shm_node, process_shm; up to 4.18 bootfdt.c, domain_build.c). */
import { type Lookup, lookup } from '../../../model/lookup.ts'
import { type Bytes, bytes, type GuestPhys, guestPhys, type HostPhys, hostPhys } from '../../../units/quantities.ts'
import { type Range, range } from '../../../units/range.ts'
import { firstString, type ReadProperty, readCells, readProperty, readString } from './property.ts'
import { isCompatible, type ScannedNode } from './scan.ts'

/** A node of shared memory: one domain's part in a region. */
export interface ShmView {
  readonly node: ScannedNode
  /** Name of the domain that it is for; absent: the node is right below `/chosen`, for dom0. */
  readonly domain?: string
  /** `xen,shm-id`, and its text. */
  readonly idProperty?: ReadProperty
  readonly id?: string
  /** Text of `role`. */
  readonly role?: string
  /** `xen,shared-mem`. */
  readonly property?: ReadProperty
  /** What it says; absent: it has as many cells as neither of its forms. */
  readonly place?: ShmPlace
}

/** Where a region is. */
export interface ShmPlace {
  /** Absent: Xen takes the memory from its heap. */
  readonly host?: HostPhys
  readonly guest: GuestPhys
  readonly size: Bytes
}

const COMPATIBLE = 'xen,domain-shared-memory-v1'

/** Depth of the deepest nodes that the early scan looks at; the root's is 0 (bootinfo-fdt.c: early_scan_node). */
const DEEPEST = 3

/** Whether the early scan takes a node for shared memory. */
export const isShm = (node: ScannedNode): boolean => node.depth <= DEEPEST && isCompatible(node, COMPATIBLE)

/** Reads a node of shared memory. */
export function readShm(node: ScannedNode): ShmView {
  const idProperty = readProperty(node.node, 'xen,shm-id')
  const role = readProperty(node.node, 'role')?.data.length === 0 ? '' : readString(node.node, 'role')
  const property = readProperty(node.node, 'xen,shared-mem')
  const place = property && placeOf(property, node)
  const isDomain = node.parent !== undefined && isCompatible(node.parent, 'xen,domain')
  return {
    node,
    ...(isDomain && node.parent ? { domain: node.parent.node.name } : {}),
    ...(idProperty ? { idProperty, id: firstString(idProperty) } : {}),
    ...(role === undefined ? {} : { role }),
    ...(property ? { property } : {}),
    ...(place ? { place } : {}),
  }
}

/** Reads host address, guest address and size, or the last two alone, in the cells that the parent gives. */
function placeOf(property: ReadProperty, { cells: { address, size } }: ScannedNode): ShmPlace | undefined {
  if (address < 1 || size < 1) return undefined
  const [whole, short] = [2 * address + size, address + size]
  const read = (at: number, count: number): bigint => readCells(property, at * 4, count)
  if (property.data.length === whole * 4)
    return {
      host: hostPhys(read(0, address)),
      guest: guestPhys(read(address, address)),
      size: bytes(read(2 * address, size)),
    }
  if (property.data.length === short * 4)
    return { guest: guestPhys(read(0, address)), size: bytes(read(address, size)) }
  return undefined
}

/** Host-physical range of a region, half-open; `undefined`: no host address is given, or the node cannot be read. */
export const hostRange = ({ place }: ShmView): Range<HostPhys> | undefined =>
  place?.host === undefined || place.size === 0n ? undefined : range(place.host, place.size)

/** What messages call a node. */
export const whose = ({ id, domain }: ShmView): string =>
  `'${id ?? ''}' of ${domain === undefined ? 'dom0' : `'${domain}'`}`

/** The nodes of one domain, in order; `undefined`: dom0's. */
export const nodesOf: Lookup<ShmView, string | undefined> = lookup(({ domain }) => [domain])

const withId = lookup(({ id }: ShmView) => [id])

/** Nodes with an id, by id, in order. */
export function regionsOf(shm: readonly ShmView[]): ReadonlyMap<string, readonly ShmView[]> {
  const regions = new Map<string, readonly ShmView[]>()
  for (const { id } of shm) if (id && !regions.has(id)) regions.set(id, withId(shm, id))
  return regions
}
