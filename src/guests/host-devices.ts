/**
 * The host's devices in a guest's tree, on a bus whose addresses are the guest's:
 *
 *     gic { … };                          // the target of `interrupt-parent`
 *     passthrough {
 *             compatible = "simple-bus";
 *             ranges;
 *             #address-cells = <2>;
 *             #size-cells = <2>;
 *             without-registers@0 {       // what devices need besides their own nodes, each once
 *                     clock-24000000 { … };
 *             };
 *             pl031@9010000 { … };
 *     };
 *
 * Nodes and properties of the user's own tree stay, and take precedence.
 */
import { cells, node, property, text } from '../devicetree/build.ts'
import { mergeNode, setChild } from '../devicetree/edit.ts'
import { childNamed, type DeviceTree, type DtNode, propertyNamed, walk } from '../devicetree/model.ts'
import { u32 } from '../devicetree/readings/values.ts'
import { emptyBus, withBus } from '../passthrough/partial-tree.ts'
import type { PlannedDevice } from '../plan/passthrough/planned-device.ts'
import { CELLS } from '../xen/bindings.ts'
import { nodesOnBuses } from './dma-buses.ts'
import { withController } from './known-controller.ts'

/** `tree` with `devices` below `/passthrough`. */
export function withDevices(tree: DeviceTree, devices: readonly PlannedDevice[]): DeviceTree {
  const added = [...besideThem(devices), ...nodesOnBuses(devices)]
  const taken = new Set(added.flatMap((own) => [...walk(own)].flatMap((place) => place.node.labels)))
  const own = { ...tree, root: withoutLabels(tree.root, taken) }
  return withBus(withController(own), emptyBus(), (bus) =>
    isAsWide(bus) ? completed(bus, added) : completed(bus, [busOf(added)]),
  )
}

/**
 * Several devices have one clock of the same rate. A `simple-bus` has only nodes with addresses (dtc: simple_bus_reg): what has none stands on a bus with
 * a window of no size, into which Linux looks as well (drivers/of/platform.c: of_default_bus_match_table).
 */
function besideThem(devices: readonly PlannedDevice[]): readonly DtNode[] {
  const beside = new Map(devices.flatMap(({ closure }) => closure.beside).map((made) => [made.name, made]))
  if (beside.size === 0) return []
  const properties = [
    property('compatible', [text('simple-mfd')]),
    property('#address-cells', [cells([CELLS])]),
    property('#size-cells', [cells([CELLS])]),
    property('ranges', [cells(Array.from({ length: 3 * CELLS }, () => 0))]),
  ]
  return [node('without-registers@0', { properties, children: [...beside.values()] })]
}

/** References in the user's tree are numbers already, so a label that one of our nodes has, too, can go. */
const withoutLabels = (own: DtNode, taken: ReadonlySet<string>): DtNode => ({
  ...own,
  labels: own.labels.filter((label) => !taken.has(label)),
  children: own.children.map((child) => withoutLabels(child, taken)),
})

const isAsWide = (bus: DtNode): boolean =>
  ['#address-cells', '#size-cells'].every((name) => u32(propertyNamed(bus, name)) === CELLS)

/** A node that exists already gets the properties that it lacks. */
const completed = (bus: DtNode, added: readonly DtNode[]): DtNode =>
  added.reduce((before, made) => {
    const known = childNamed(before, made.name)
    return setChild(before, known ? mergeNode(made, known) : made)
  }, bus)

/** A bus below the user's node, which has other numbers of cells. */
const busOf = (children: readonly DtNode[]): DtNode => ({ ...emptyBus(), name: 'host-devices', children })
