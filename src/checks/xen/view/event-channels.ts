/** Ends of static event channels as Xen reads them (static-evtchn.c: alloc_domain_evtchn). */
import { nodeWithPhandle } from './phandles.ts'
import { type ReadProperty, readCells, readProperty } from './property.ts'
import { isCompatible, type ScannedNode } from './scan.ts'

/** One end of a channel. */
export interface EvtchnView {
  readonly node: ScannedNode
  /** Name of the domain; absent: the node is right below `/chosen`, for dom0. */
  readonly domain?: string
  /** `xen,evtchn`. */
  readonly property?: ReadProperty
  /** Absent: the property is missing or too short. */
  readonly port?: number
  /** The node that it points to; absent: there is none. */
  readonly remote?: ScannedNode
}

/** `compatible` of an end. */
export const EVTCHN = 'xen,evtchn-v1'

/** Ends that are children of `/chosen` or of its children, in Xen's order. */
export const evtchnsOf = (root: ScannedNode, chosen: ScannedNode | undefined): readonly EvtchnView[] =>
  (chosen?.children ?? []).flatMap((child) =>
    [child, ...child.children].filter((node) => isCompatible(node, EVTCHN)).map((node) => readEvtchn(root, node)),
  )

/** Reads the node of an end, wherever it is. */
export function readEvtchn(root: ScannedNode, node: ScannedNode): EvtchnView {
  const property = readProperty(node.node, 'xen,evtchn')
  const whole = property !== undefined && property.data.length >= 8
  const remote = whole ? nodeWithPhandle(root, Number(readCells(property, 4, 1))) : undefined
  const isDom0 = node.depth === 2
  return {
    node,
    ...(isDom0 || !node.parent ? {} : { domain: node.parent.node.name }),
    ...(property ? { property } : {}),
    ...(whole ? { port: Number(readCells(property, 0, 1)) } : {}),
    ...(remote ? { remote } : {}),
  }
}
