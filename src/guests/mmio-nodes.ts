/**
 * Nodes for a guest's virtio-mmio devices, below `/passthrough`: Xen and xl copy them as they are, and map nothing, so that accesses trap.
 *
 *     virtio@2000000 {
 *             compatible = "virtio,mmio";
 *             reg = <0x0 0x2000000 0x0 0x200>;                    // guest-physical
 *             interrupt-parent = <0xfde8>;                        // the guest's interrupt controller
 *             interrupts = <0x0 0x1 0xf01>;                       // INTID 33, edge
 *             dma-coherent;
 *             iommus = <&xen_iommu 0x0>;                          // with grants: id of the backend's domain
 *     };
 *
 * After tools/libs/light/libxl_arm.c: make_virtio_mmio_node; Documentation/devicetree/bindings/virtio/mmio.yaml, iommu/xen,grant-dma.yaml.
 */
import { cells, node, property, text, wideCells } from '../devicetree/build.ts'
import { type DeviceTree, type DtNode, type DtProperty, walk } from '../devicetree/model.ts'
import { phandleOfNode } from '../devicetree/readings/node.ts'
import { atKey } from '../diagnostics/diagnostic.ts'
import { withNode } from '../passthrough/partial-tree.ts'
import type { PlannedMmio } from '../plan/virtio/planned-virtio.ts'
import { CELLS } from '../xen/bindings.ts'
import { FIRST_SPI } from '../xen/gic.ts'
import { GIC_PHANDLE } from '../xen/partial-tree.ts'
import { INTERRUPT_FLAGS } from '../xen/virtio-mmio.ts'

const GRANTS = 'xen_iommu'

/**
 * `tree` with a node for each of `devices`, and with the one that stands for grants where a device uses them. A backend without an id at boot
 * gets none: VIO-028 refuses it.
 */
export function withMmioNodes(
  tree: DeviceTree,
  devices: readonly PlannedMmio[],
  idOf: (domain: string) => number | undefined,
): DeviceTree {
  const grants = devices.some(({ device }) => device.grants) ? grantsNode(tree) : undefined
  const nodes = [
    ...(grants ? [grants.made] : []),
    ...devices.map((planned) => deviceNode(planned, idOf, grants?.phandle)),
  ]
  return nodes.reduce((before, made) => withNode(before, () => made), tree)
}

/** One for all devices; its number is the first that the tree has not. */
function grantsNode({ root }: DeviceTree): { readonly made: DtNode; readonly phandle: bigint } {
  const taken = new Set([...walk(root)].map((place) => phandleOfNode(place.node)))
  let phandle = 1
  while (taken.has(phandle)) phandle++
  const properties = [
    property('compatible', [text('xen,grant-dma')]),
    property('#iommu-cells', [cells([1])]),
    property('phandle', [cells([phandle])]),
  ]
  return { made: node(GRANTS, { properties }), phandle: BigInt(phandle) }
}

function deviceNode(
  { device, window, interrupt }: PlannedMmio,
  idOf: (domain: string) => number | undefined,
  grants: bigint | undefined,
): DtNode {
  const { base, size } = window.value
  const id = idOf(device.backend)
  const properties = [
    property('compatible', [text('virtio,mmio')]),
    property('reg', [wideCells(base, CELLS), wideCells(size, CELLS)]),
    property('interrupt-parent', [cells([GIC_PHANDLE])]),
    property('interrupts', [cells([0n, BigInt(interrupt.value - FIRST_SPI), INTERRUPT_FLAGS])]),
    property('dma-coherent', []),
    ...(device.grants && grants !== undefined && id !== undefined
      ? [property('iommus', [cells([grants, BigInt(id)])])]
      : []),
  ]
  const child = CHILDREN[device.type.name]
  return node(
    `virtio@${base.toString(16)}`,
    { properties, children: child ? [child(`virtio,device${device.type.id.toString(16)}`)] : [] },
    atKey(device.pointer),
  )
}

/** What hangs on a bus or a controller refers to these (make_virtio_mmio_node_i2c, make_virtio_mmio_node_gpio). */
const CHILDREN: Readonly<Record<string, (compatible: string) => DtNode>> = {
  i2c: (compatible) => node('i2c', { properties: [property('compatible', [text(compatible)])] }),
  gpio: (compatible) =>
    node('gpio', {
      properties: [
        property('compatible', [text(compatible)]),
        flag('gpio-controller'),
        property('#gpio-cells', [cells([2])]),
        flag('interrupt-controller'),
        property('#interrupt-cells', [cells([2])]),
      ],
    }),
}

const flag = (name: string): DtProperty => property(name, [])
