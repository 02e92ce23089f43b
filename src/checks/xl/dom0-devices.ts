/** Devices that dom0 has, where xl gives others to domains. */
import { drivenConsole } from '../xen/view/console.ts'
import { HostInterrupts } from '../xen/view/device-interrupts.ts'
import { isMarked } from '../xen/view/hardware-owner.ts'
import { everyNode, isCompatible, type ScannedNode } from '../xen/view/scan.ts'
import { isForGuests, isUpstream } from '../xen/view/sci.ts'
import type { XenView } from '../xen/view.ts'

/** Nodes that dom0 gets with their interrupts. Their status does not matter (arch/arm/domain_build.c: handle_node). */
export const ofDom0 = (host: XenView): readonly ScannedNode[] => {
  const console = drivenConsole(host)
  return everyNode(host.root).filter((node) => !isMarked(node) && node !== console && node.path !== host.gic?.node.path)
}

/** Marked nodes, whose registers are not those of the bus above them. A part of an SRAM is none of them: dom0 has the SRAM around it, which is memory. */
export const givenBelow = (root: ScannedNode): readonly ScannedNode[] => {
  const parts = new Set(everyNode(root).flatMap((node) => (isCompatible(node, 'mmio-sram') ? node.children : [])))
  return everyNode(root).filter((node) => isMarked(node) && !parts.has(node))
}

/** Whether Xen leaves a node out of dom0's tree as memory of the SCMI firmware, which a guest has (arch/arm/firmware/scmi-smc.c: scmi_smc_dt_handle_node). */
export const isLeftOut = (host: XenView, node: ScannedNode): boolean =>
  isUpstream(host) && isForGuests(host) && isCompatible(node, 'arm,scmi-shmem')

/** Paths of dom0's nodes by the INTIDs of their shared interrupts; the first node of each. */
export function interruptsOfDom0(host: XenView): ReadonlyMap<number, string> {
  const interrupts = new HostInterrupts(host)
  const first = new Map<number, string>()
  for (const { path } of ofDom0(host))
    for (const id of interrupts.sharedOf(path)) if (!first.has(id)) first.set(id, path)
  return first
}
