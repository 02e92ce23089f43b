import { cells, node, phandleOf, property, strings, wideCells } from '../../../src/devicetree/build.ts'
import type { DeviceTree } from '../../../src/devicetree/model.ts'

/** The tree of a small machine, with buses, interrupts, an interrupt map, and aliases. */
export const machine: DeviceTree = {
  bootCpuid: 0,
  reservations: [{ address: 0x1000n, size: 0x1000n }],
  root: node('', {
    properties: [
      property('#address-cells', [cells([2])]),
      property('#size-cells', [cells([2])]),
      property('interrupt-parent', [cells([phandleOf({ label: 'gic' })])]),
    ],
    children: [
      node('aliases', { properties: [property('serial0', strings(['/soc/pcie@10/serial@0']))] }),
      node('chosen', { properties: [property('stdout-path', strings(['serial0:115200n8']))] }),
      node('gic', {
        labels: ['gic'],
        properties: [
          property('interrupt-controller', []),
          property('#interrupt-cells', [cells([3])]),
          property('reg', [wideCells(0x800_0000n, 2), wideCells(0x10000n, 2)]),
        ],
      }),
      node('soc', {
        properties: [
          property('ranges', []),
          property('#address-cells', [cells([1])]),
          property('#size-cells', [cells([1])]),
        ],
        children: [
          node('pcie@10', {
            properties: [
              property('device_type', strings(['pci'])),
              property('ranges', [cells([0x2000000, 0, 0, 0x1000, 0, 0x1000])]),
              property('#address-cells', [cells([3])]),
              property('#size-cells', [cells([2])]),
              property('#interrupt-cells', [cells([1])]),
              property('interrupt-map', [cells([0, 0, 0, 1, phandleOf({ label: 'gic' }), 0, 7, 4])]),
              property('interrupt-map-mask', [cells([0, 0, 0, 7])]),
            ],
            children: [
              node('serial@0', {
                properties: [
                  property('reg', [cells([0x2000000, 0, 0, 0, 0x100])]),
                  property('interrupts', [cells([1])]),
                  property('interrupt-parent', [cells([phandleOf({ path: '/soc/pcie@10' })])]),
                ],
              }),
            ],
          }),
        ],
      }),
    ],
  }),
}
