/** What of the host dom0 has, when xl gives devices to others. */
import { drivenConsole } from '../xen/view/console.ts'
import { HostInterrupts } from '../xen/view/device-interrupts.ts'
import { readProperty } from '../xen/view/property.ts'
import { everyNode, isCompatible, type ScannedNode } from '../xen/view/scan.ts'
import { isForGuests, isUpstream } from '../xen/view/sci.ts'
import type { XenView } from '../xen/view.ts'

const isMarked = ({ node }: ScannedNode): boolean => readProperty(node, 'xen,passthrough') !== undefined

/** Nodes that dom0 gets with their interrupts, whatever their status (arch/arm/domain_build.c: handle_node). */
export const ofDom0 = (host: XenView): readonly ScannedNode[] => {
  const console = drivenConsole(host)
  return everyNode(host.root).filter((node) => !isMarked(node) && node !== console && node.path !== host.gic?.node.path)
}

/** Marked nodes whose registers are no more than a part of a bus. A part of an SRAM leaves dom0 the rest, which is memory. */
export const givenBelow = (root: ScannedNode): readonly ScannedNode[] => {
  const parts = new Set(everyNode(root).flatMap((node) => (isCompatible(node, 'mmio-sram') ? node.children : [])))
  return everyNode(root).filter((node) => isMarked(node) && !parts.has(node))
}

/** Memory of the firmware that one of the guests calls: Xen shows dom0 none of it (arch/arm/firmware/scmi-smc.c: scmi_smc_dt_handle_node). */
export const isLeftOut = (host: XenView, node: ScannedNode): boolean =>
  isUpstream(host) && isForGuests(host) && isCompatible(node, 'arm,scmi-shmem')

/** The path of each node of dom0's by the shared interrupts that it has. */
export function interruptsOfDom0(host: XenView): ReadonlyMap<number, string> {
  const interrupts = new HostInterrupts(host)
  const first = new Map<number, string>()
  for (const { path } of ofDom0(host))
    for (const id of interrupts.sharedOf(path)) if (!first.has(id)) first.set(id, path)
  return first
}
