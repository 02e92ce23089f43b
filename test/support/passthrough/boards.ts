/** Boards like QEMU's `virt`, each with a device whose node cannot just be copied for a guest. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Bench } from '../checks/systems.ts'

const board = readFileSync(resolve(import.meta.dirname, '../../../examples/boards/qemu-virt.dts'), 'utf8')

/** Phandle of the interrupt controller. */
export const GIC = 0x8003

const INTC = `intc: interrupt-controller { interrupt-controller; #interrupt-cells = <1>; #address-cells = <0>; interrupt-parent = <${GIC}>; interrupts = <0 72 1>; phandle = <0x9101>; };`
const MAP = 'interrupt-map = <0 0 0 1 0x9101 0>, <0 0 0 2 0x9101 1>; interrupt-map-mask = <0 0 0 7>;'
const bridge = (more: string, below: string): string =>
  board
    .replace(/(pcie@10000000 \{)[^}]*interrupt-map = [^;]*;/, `$1 ${more}`)
    .replace(/(pcie@10000000 \{[^}]*)\}/, `$1 ${below} }`)

const GPC = `gpc { compatible = "fsl,imx8mq-gpc"; interrupt-controller; #interrupt-cells = <3>; interrupt-parent = <${GIC}>; phandle = <0x9102>; };`

const bus = (name: string, dma: string, at: string): string =>
  `${name} { compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>; ranges = <0 0 ${at} 0x10000>; dma-ranges = <${dma}>;
     engine@1000 { compatible = "vendor,engine"; reg = <0x1000 0x1000>; dma-coherent; }; engine@2000 { compatible = "vendor,engine"; reg = <0x2000 0x1000>; dma-coherent; }; };`
const BOARDS: Readonly<Record<string, string>> = {
  'virt.dts': board,
  'with-intc.dts': bridge(`interrupts = <0 70 4>; interrupt-parent = <${GIC}>; ${MAP}`, INTC),
  'with-port.dts': bridge(
    '',
    `pcie@0,0 { device_type = "pci"; reg = <0 0 0 0 0>; #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>; ranges; interrupt-map-mask = <0 0 0 7>; interrupt-map = <0 0 0 1 ${GIC} 0 0 0 61 4>; };`,
  ),
  'forwarded.dts': board.replace(/(\tpl031@9010000 \{)/, `${GPC} $1 interrupt-parent = <0x9102>;`),
  'forwarded-extended.dts': board.replace(
    /(\tpl031@9010000 \{)/,
    `${GPC} $1 interrupts-extended = <0x9102 0 2 4>, <${GIC} 0 81 4>;`,
  ),
  'nested.dts': board.replace(
    /(\tpl031@9010000 \{)/,
    `${GPC} usb@9100000 { compatible = "vendor,glue"; reg = <0 0x9100000 0 0x1000>; interrupt-parent = <0x9102>; interrupts = <0 83 4>; #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0x9100000 0x100000>;
         usb@10000 { compatible = "snps,dwc3"; reg = <0x10000 0x8000>; interrupts = <0 84 4>; }; };\n\n$1`,
  ),
  'moved.dts': board
    .replace(
      /(\tpl031@9010000 \{)/,
      `${bus('one', '0xc0000000 0 0x40000000 0x20000000', '0x9100000')} ${bus('two', '0xc0000000 0 0x60000000 0x20000000', '0x9200000')} ${bus('same', '0 0 0 0xffffffff', '0x9300000')}\n\n$1`,
    )
    .replace(/(pcie@10000000 \{)/, '$1 dma-ranges = <0x43000000 4 0 0 0x40000000 0 0x40000000>;'),
}

/** Puts all of them on a bench. */
export function putBoards(bench: Bench): void {
  for (const [name, text] of Object.entries(BOARDS)) bench.put(name, text)
}
