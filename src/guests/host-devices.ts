/**
 * The host's devices in a guest's tree, on a bus whose addresses are the guest's:
 *
 *     passthrough {
 *             compatible = "simple-bus";
 *             ranges;
 *             #address-cells = <2>;
 *             #size-cells = <2>;
 *             clock-24000000 { … };       // what devices need beside their own nodes, each once
 *             pl031@9010000 { … };
 *     };
 */
import type { DeviceTree, DtNode } from '../devicetree/model.ts'
import type { TreeIndex } from '../devicetree/readings/tree-index.ts'
import { withNode } from '../passthrough/partial-tree.ts'
import type { PlannedDevice } from '../plan/passthrough/planned-device.ts'
import { deviceNodes } from './device-nodes.ts'

/** `tree` with `devices` below `/passthrough`. `index`: of the host's tree. */
export function withDevices(tree: DeviceTree, devices: readonly PlannedDevice[], index: TreeIndex): DeviceTree {
  const added = [...besideThem(devices), ...devices.flatMap((planned) => deviceNodes(planned, index))]
  return added.reduce((before, made) => withNode(before, () => made), tree)
}

/** Several devices have one clock of the same rate. */
const besideThem = (devices: readonly PlannedDevice[]): readonly DtNode[] => [
  ...new Map(devices.flatMap(({ closure }) => closure.beside).map((made) => [made.name, made])).values(),
]
