/**
 * Buses in a guest's tree that translate the DMA addresses of devices, as the host's buses do (Devicetree Specification 0.4 §2.3.9):
 *
 *     bus-c0000000 {
 *             compatible = "simple-bus";
 *             ranges;
 *             dma-ranges = <0x0 0xc0000000 0x0 0x0 0x0 0x40000000>; // on the bus, guest-physical, size
 *             #address-cells = <2>;
 *             #size-cells = <2>;
 *             mailbox@fe00b880 { … };
 *     };
 */
import { property, wideCells } from '../devicetree/build.ts'
import type { DtNode } from '../devicetree/model.ts'
import { isPciBus } from '../devicetree/readings/translate.ts'
import { atKey } from '../diagnostics/diagnostic.ts'
import type { DmaWindow } from '../passthrough/host-device.ts'
import { emptyBus } from '../passthrough/partial-tree.ts'
import type { PlannedDevice } from '../plan/passthrough/planned-device.ts'
import { CELLS } from '../xen/bindings.ts'
import { deviceNodes } from './device-nodes.ts'

/** The nodes of `devices`. Those with translated DMA addresses are on a bus, one for each translation, at the position of its first device. */
export function nodesOnBuses(devices: readonly PlannedDevice[]): readonly DtNode[] {
  const buses = new Map<string, DtNode>()
  const names = new Set<string>()
  for (const [index, device] of devices.entries()) {
    const windows = windowsOf(device)
    const key = windows.length === 0 ? `device ${index}` : windows.map(textOf).join()
    const before = buses.get(key) ?? (windows.length === 0 ? PLAIN : busOf(windows, device, names))
    buses.set(key, { ...before, children: [...before.children, ...deviceNodes(device)] })
  }
  return [...buses.values()].flatMap((bus) => (bus.name === '' ? bus.children : [bus]))
}

/** A PCI bridge has `dma-ranges` of its own. */
const windowsOf = ({ closure: { device } }: PlannedDevice): readonly DmaWindow[] =>
  isPciBus(device.place.node) ? [] : device.dma.windows

const textOf = ({ bus, host }: DmaWindow): string =>
  [bus, host.base, host.size].map((own) => own.toString(16)).join('-')

/** None. */
const PLAIN: DtNode = { name: '', labels: [], properties: [], children: [] }

function busOf(windows: readonly DmaWindow[], { entry }: PlannedDevice, names: Set<string>): DtNode {
  const short = `bus-${windows[0]?.bus.toString(16)}`
  const name = names.has(short) ? `bus-${windows.map(textOf).join('-')}` : short
  names.add(name)
  const value = windows.flatMap(({ bus, host }) => [bus, host.base, host.size].map((own) => wideCells(own, CELLS)))
  const plain = emptyBus()
  return { ...plain, name, properties: [...plain.properties, property('dma-ranges', value, atKey(entry.pointer))] }
}
