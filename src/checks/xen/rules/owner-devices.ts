/**
 * D0: devices that no domain is given (arch/arm/domain_build.c: handle_node; arch/arm/device.c: map_device_irqs_to_domain, map_device_regions;
 * common/device-tree: dt_device_get_address).
 */
import { isPciBus } from '../../../devicetree/readings/translate.ts'
import { INTERRUPT_TABLE, LAST_INTERRUPT } from '../../../xen/gic.ts'
import type { Rule } from '../../rule.ts'
import { HostInterrupts } from '../view/device-interrupts.ts'
import { type HardwareOwner, hardwareOwner, isMarked, ownedNodes } from '../view/hardware-owner.ts'
import { regOf } from '../view/host.ts'
import { readProperty } from '../view/property.ts'
import { everyNode, originOfProperty, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'
import { devices } from './assigned-devices.ts'

export const ownerDeviceRules: readonly Rule<XenView>[] = [
  {
    code: 'D0-026',
    check(view, verdict) {
      const interrupts = new HostInterrupts(view)
      const faults = faultsOf(view, interrupts, (node) => interruptPastTheLast(node, interrupts))
      if (faults.length === 0) return
      const given = new Set(devices(view).map(({ host }) => host))
      for (const { node, owner, fault: id } of faults) {
        // PT-010 reports devices that are given to a domain. Of other marked ones Xen only stores the trigger, in its table.
        if (given.has(node) || (isMarked(node) && id < INTERRUPT_TABLE)) continue
        verdict.violated({
          at: node.origin,
          message: `${node.path} of ${owner.what} has the interrupt ${id}, and ${LAST_INTERRUPT} is the last`,
          ...(id < INTERRUPT_TABLE
            ? {}
            : { effect: 'Xen would use memory past its table of interrupts, and crash or go wrong' }),
          help: "correct its interrupts in the board's device tree",
          remedy: 'correct its interrupts by an overlay of platform.overlays',
        })
      }
    },
  },
  {
    code: 'D0-027',
    check(view, verdict) {
      for (const { node, owner, fault: reason } of faultsOf(view, new HostInterrupts(view), withoutHostAddress))
        verdict.violated({
          at: originOfProperty(node, 'reg'),
          message: `registers of ${node.path} of ${owner.what} have no host address: ${reason}`,
          help: "correct reg of the device or ranges of its bus in the board's device tree",
          remedy: 'correct reg of the device or ranges of its bus by an overlay of platform.overlays',
        })
    },
  },
]

interface FaultyNode<Fault> {
  readonly node: ScannedNode
  readonly owner: HardwareOwner
  readonly fault: Fault
}

/** The nodes that Xen hands to the owner of the hardware and in which `faultOf` finds a fault. */
function faultsOf<Fault>(
  view: XenView,
  interrupts: HostInterrupts,
  faultOf: (node: ScannedNode) => Fault | undefined,
): readonly FaultyNode<Fault>[] {
  const owner = hardwareOwner(view)
  if (owner === undefined) return []
  const faults = new Map<ScannedNode, Fault>()
  for (const node of everyNode(view.root)) {
    const fault = faultOf(node)
    if (fault !== undefined) faults.set(node, fault)
  }
  // Most boards have no such node: then the nodes of the owner need not be found.
  if (faults.size === 0) return []
  return ownedNodes(view, interrupts).flatMap(({ node }) => {
    const fault = faults.get(node)
    return fault === undefined ? [] : [{ node, owner, fault }]
  })
}

/** INTID of the node's first interrupt that no GIC has. */
function interruptPastTheLast({ path }: ScannedNode, interrupts: HostInterrupts): number | undefined {
  const own = interrupts.of(path)
  if (typeof own === 'string') return undefined
  return own.find(({ id }) => id !== undefined && id > LAST_INTERRUPT)?.id
}

/** Why an entry of the node's `reg` has no host address, where Xen looks for one. */
function withoutHostAddress(node: ScannedNode): string | undefined {
  return node.parent && isLookedUp(node, node.parent) ? regOf(node).untranslated : undefined
}

/** Xen skips children of a node without `ranges`, such as flash partitions; below PCI it reads assigned-addresses instead of reg. */
function isLookedUp(node: ScannedNode, bus: ScannedNode): boolean {
  if (!readProperty(node.node, 'reg')) return false
  if (bus.parent && (!readProperty(bus.node, 'ranges') || isPciBus(bus.node))) return false
  for (let above = bus; above.parent; above = above.parent) if (!isReadAlike(above, above.parent)) return false
  return true
}

/**
 * Whether `regOf` reads this bus as Xen does. Xen lets a bus without cells inherit them, and ignores what follows the last whole entry of `ranges`; `regOf`
 * does neither.
 */
function isReadAlike({ node, childCells }: ScannedNode, parent: ScannedNode): boolean {
  if (!readProperty(node, '#address-cells') || !readProperty(node, '#size-cells')) return false
  const length = readProperty(node, 'ranges')?.data.length ?? 0
  const entry = 4 * (childCells.address + parent.childCells.address + childCells.size)
  return length < entry || length % entry === 0
}
