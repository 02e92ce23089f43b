/** Boot-time cpupools as Xen reads them (common/sched/boot-cpupool.c: btcpupools_dtb_parse). */
import { nodeWithPhandle } from './phandles.ts'
import { type ReadProperty, readCells, readProperty, readString } from './property.ts'
import { isCompatible, type ScannedNode } from './scan.ts'

/** A `xen,cpupool` node. */
export interface CpupoolView {
  readonly node: ScannedNode
  /** `cpupool-cpus`. */
  readonly property?: ReadProperty
  /** The node that each of its cells points to; `undefined`: none. */
  readonly cpus: readonly (ScannedNode | undefined)[]
  /** Text of `cpupool-sched`; absent: Xen's default scheduler. */
  readonly scheduler?: string
}

/** `compatible` of a pool. */
export const CPUPOOL = 'xen,cpupool'

/** All pools, in the order in which Xen numbers them. */
export const cpupoolsOf = (root: ScannedNode, chosen: ScannedNode | undefined): readonly CpupoolView[] =>
  (chosen?.children ?? []).filter((node) => isCompatible(node, CPUPOOL)).map((node) => readCpupool(root, node))

function readCpupool(root: ScannedNode, node: ScannedNode): CpupoolView {
  const property = readProperty(node.node, 'cpupool-cpus')
  const scheduler = readString(node.node, 'cpupool-sched')
  const cells = property ? Math.floor(property.data.length / 4) : 0
  return {
    node,
    ...(property ? { property } : {}),
    cpus: Array.from({ length: cells }, (_, cell) =>
      property ? nodeWithPhandle(root, Number(readCells(property, cell * 4, 1))) : undefined,
    ),
    ...(scheduler === undefined ? {} : { scheduler }),
  }
}

/** The node that `domain-cpupool` of a domain points to. */
export type PoolOfDomain =
  | { readonly kind: 'none' }
  /** No node has the phandle: Xen takes Pool-0. */
  | { readonly kind: 'dangling' }
  | { readonly kind: 'node'; readonly node: ScannedNode }

/** The pool that a domain's node names, of `none` where it names none. */
export function poolOf(root: ScannedNode, domain: ScannedNode): PoolOfDomain {
  const property = readProperty(domain.node, 'domain-cpupool')
  if (!property || property.data.length < 4) return { kind: 'none' }
  const node = nodeWithPhandle(root, Number(readCells(property, 0, 1)))
  return node ? { kind: 'node', node } : { kind: 'dangling' }
}
