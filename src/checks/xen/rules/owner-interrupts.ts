/** D0: interrupts of devices that no domain is given (arch/arm/domain_build.c: handle_node; arch/arm/device.c: map_device_irqs_to_domain). */
import { INTERRUPT_TABLE, LAST_INTERRUPT } from '../../../xen/gic.ts'
import type { Rule } from '../../rule.ts'
import { HostInterrupts } from '../view/device-interrupts.ts'
import { hardwareOwner, isMarked, ownedNodes } from '../view/hardware-owner.ts'
import { everyNode, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'
import { devices } from './assigned-devices.ts'

export const ownerInterruptRules: readonly Rule<XenView>[] = [
  {
    code: 'D0-026',
    check(view, verdict) {
      const owner = hardwareOwner(view)
      if (owner === undefined) return
      const interrupts = new HostInterrupts(view)
      const past = pastTheLast(view, interrupts)
      if (past.size === 0) return
      const given = new Set(devices(view).map(({ host }) => host))
      for (const { node } of ownedNodes(view, interrupts)) {
        const id = past.get(node)
        // Of a marked device Xen only notes the trigger, in its table; of one that is given away PT-010 tells.
        if (id === undefined || given.has(node) || (isMarked(node) && id < INTERRUPT_TABLE)) continue
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
]

/** For most boards there is no such node, and who has it need not be found out. */
function pastTheLast(view: XenView, interrupts: HostInterrupts): ReadonlyMap<ScannedNode, number> {
  const found = new Map<ScannedNode, number>()
  for (const node of everyNode(view.root)) {
    const own = interrupts.of(node.path)
    const past = typeof own === 'string' ? undefined : own.find(({ id }) => id !== undefined && id > LAST_INTERRUPT)
    if (past?.id !== undefined) found.set(node, past.id)
  }
  return found
}
