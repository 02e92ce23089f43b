/** D0: registers of devices that no domain is given (arch/arm/device.c: map_device_regions; common/device-tree: dt_device_get_address). */
import { isPciBus } from '../../../devicetree/readings/translate.ts'
import type { Rule } from '../../rule.ts'
import { HostInterrupts } from '../view/device-interrupts.ts'
import { hardwareOwner, ownedNodes } from '../view/hardware-owner.ts'
import { regOf } from '../view/host.ts'
import { readProperty } from '../view/property.ts'
import { everyNode, originOfProperty, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

export const ownerRegisterRules: readonly Rule<XenView>[] = [
  {
    code: 'D0-027',
    check(view, verdict) {
      const owner = hardwareOwner(view)
      if (owner === undefined) return
      const nowhere = withoutHostAddress(view)
      if (nowhere.size === 0) return
      for (const { node } of ownedNodes(view, new HostInterrupts(view))) {
        const reason = nowhere.get(node)
        if (reason !== undefined)
          verdict.violated({
            at: originOfProperty(node, 'reg'),
            message: `registers of ${node.path} of ${owner.what} have no host address: ${reason}`,
            help: "correct reg of the device or ranges of its bus in the board's device tree",
            remedy: 'correct reg of the device or ranges of its bus by an overlay of platform.overlays',
          })
      }
    },
  },
]

/** Nodes with an entry of `reg` that Xen looks up and does not find, and why. For most boards there are none. */
function withoutHostAddress({ root }: XenView): ReadonlyMap<ScannedNode, string> {
  const found = new Map<ScannedNode, string>()
  for (const node of everyNode(root)) {
    if (!node.parent || !isLookedUp(node, node.parent)) continue
    const { untranslated } = regOf(node)
    if (untranslated !== undefined) found.set(node, untranslated)
  }
  return found
}

/** Xen skips children of a node without `ranges`, such as flash partitions; below PCI it reads assigned-addresses instead of reg. */
function isLookedUp(node: ScannedNode, bus: ScannedNode): boolean {
  if (!readProperty(node.node, 'reg')) return false
  if (bus.parent && (!readProperty(bus.node, 'ranges') || isPciBus(bus.node))) return false
  for (let above = bus; above.parent; above = above.parent) if (!isReadAlike(above, above.parent)) return false
  return true
}

/**
 * Whether `regOf` reads this bus as Xen does. Xen inherits cells that the bus does not have, and ignores what follows the last whole entry of
 * `ranges`; `regOf` does neither.
 */
function isReadAlike({ node, childCells }: ScannedNode, parent: ScannedNode): boolean {
  if (!readProperty(node, '#address-cells') || !readProperty(node, '#size-cells')) return false
  const length = readProperty(node, 'ranges')?.data.length ?? 0
  const entry = 4 * (childCells.address + parent.childCells.address + childCells.size)
  return length < entry || length % entry === 0
}
