/** The device that a first manifest offers to give to a guest. */
import type { DeviceTree, DtNode } from '../devicetree/model.ts'
import { hasProperty } from '../devicetree/model.ts'
import { baseName, isCompatible } from '../devicetree/readings/node.ts'
import { inventoryOf } from '../inventory/inventory.ts'
import type { GivableDevice, JudgedDevice } from '../inventory/judge.ts'
import { interruptIds } from '../passthrough/interrupt-ids.ts'
import { VPL011_INTERRUPT } from '../xen/domain-limits.ts'

/** By a name for the manifest, and its full path. */
export interface OfferedDevice {
  readonly name: string
  readonly path: string
}

/**
 * The first that nothing else needs, that reaches no memory by itself, and that does not serve the machine as a whole; one that interrupts shows more than
 * one that does not, and none the interrupt of the guest's own console. `undefined`: the board has none.
 */
export function offeredDevice(tree: DeviceTree): OfferedDevice | undefined {
  const { devices } = inventoryOf(tree)
  const users = usersOfInterrupts(devices)
  const free = devices
    .filter(isFree)
    .filter(({ device }) => !servesMachine(device.place.node))
    .filter(({ device }) => interruptIds(device).every((id) => users.get(id) === 1 && id !== VPL011_INTERRUPT))
  const chosen = free.find(({ device: { interrupts } }) => interrupts.kind === 'direct' && interrupts.atGic.length > 0)
  const { path } = chosen ?? free[0] ?? {}
  const [name = ''] = path?.slice(path.lastIndexOf('/') + 1).split('@', 1) ?? []
  return path === undefined ? undefined : { name: /^[A-Za-z][\w.-]*$/.test(name) ? name : 'device', path }
}

/** How many enabled devices have an interrupt: Xen gives it to one domain. */
function usersOfInterrupts(devices: readonly JudgedDevice[]): ReadonlyMap<number, number> {
  const users = new Map<number, number>()
  for (const judged of devices)
    if (judged.verdict !== 'no' && judged.isEnabled)
      for (const id of interruptIds(judged.device)) users.set(id, (users.get(id) ?? 0) + 1)
  return users
}

const isFree = (judged: JudgedDevice): judged is GivableDevice =>
  judged.verdict === 'free' && judged.isEnabled && !judged.mustForce && judged.consumers.length === 0

/** What a provider of these says of itself, by the bindings of each kind; the firmware or a driver without a property may use it all the same. */
const PROVIDES: readonly string[] = ['#clock-cells', '#reset-cells', '#power-domain-cells', '#mbox-cells']

const CONTROLLER =
  /^(?:syscon|sys(?:tem)?-?con(?:troller)?|mailbox|mbox|(?:clock|reset|power)-?(?:controller|manager)|hwspinlock|hwlock)$/

/** A system controller, a mailbox, or who has clocks, resets or power domains of others: who has it has more of the machine than a device. */
const servesMachine = (own: DtNode): boolean =>
  isCompatible(own, 'syscon') || CONTROLLER.test(baseName(own)) || PROVIDES.some((name) => hasProperty(own, name))
