/** Boards to suppose where the manifest's own cannot be read: as different as boards are, so that what is found on both has nothing to do with the board. */
import type { DeviceTree } from '../devicetree/model.ts'
import { parseDts } from '../devicetree/parse/parse-dts.ts'
import { SUPPOSED } from '../diagnostics/agreement.ts'
import { InternalError } from '../diagnostics/internal-error.ts'

const SOURCES = [
  `/dts-v1/;
/ {
	#address-cells = <2>; #size-cells = <2>; compatible = "${SUPPOSED},one"; interrupt-parent = <&gic>;
	aliases { serial0 = &uart; };
	chosen { stdout-path = "serial0"; };
	memory@0 { device_type = "memory"; reg = <0 0 0 0x40000000>; };
	psci { compatible = "arm,psci-1.0"; method = "smc"; };
	cpus {
		#address-cells = <1>; #size-cells = <0>;
		cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <0>; enable-method = "psci"; };
		cpu@1 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <1>; enable-method = "psci"; };
	};
	gic: interrupt-controller@f0000000 {
		compatible = "arm,gic-v3"; #interrupt-cells = <3>; interrupt-controller; reg = <0 0xf0000000 0 0x10000>, <0 0xf0100000 0 0xf00000>; interrupts = <1 9 4>;
	};
	timer { compatible = "arm,armv8-timer"; interrupts = <1 13 4>, <1 14 4>, <1 11 4>, <1 10 4>; };
	uart: serial@f8000000 { compatible = "arm,pl011", "arm,primecell"; reg = <0 0xf8000000 0 0x1000>; interrupts = <0 100 4>; };
};`,
  `/dts-v1/;
/ {
	#address-cells = <2>; #size-cells = <2>; compatible = "${SUPPOSED},two"; interrupt-parent = <&gic>;
	aliases { console = &uart; };
	chosen { stdout-path = "console"; };
	memory@0 { device_type = "memory"; reg = <0 0 0 0x40000000>; };
	psci { compatible = "arm,psci-0.2"; method = "hvc"; };
	cpus {
		#address-cells = <2>; #size-cells = <0>;
		${['0', '1', '2', '3'].map((n) => `cpu@10${n} { device_type = "cpu"; compatible = "arm,cortex-a72"; reg = <0 0x10${n}>; enable-method = "psci"; };`).join(' ')}
	};
	gic: interrupt-controller@fe000000 {
		compatible = "arm,gic-400"; #interrupt-cells = <3>; interrupt-controller;
		reg = <0 0xfe001000 0 0x1000>, <0 0xfe002000 0 0x2000>, <0 0xfe004000 0 0x2000>, <0 0xfe006000 0 0x2000>; interrupts = <1 9 4>;
	};
	timer { compatible = "arm,armv8-timer"; interrupts = <1 13 4>, <1 14 4>, <1 11 4>, <1 10 4>; };
	smmu: iommu@fd000000 { compatible = "arm,mmu-500"; reg = <0 0xfd000000 0 0x10000>; #iommu-cells = <1>; #global-interrupts = <1>; interrupts = <0 200 4>, <0 201 4>; };
	uart: uart@fc000000 { compatible = "ns16550a"; reg = <0 0xfc000000 0 0x1000>; reg-shift = <2>; interrupts = <0 90 4>; };
};`,
] as const

/** Read when they are asked for, which few runs do. */
export const supposedTrees = (): readonly DeviceTree[] =>
  SOURCES.map((source) => {
    const none = (): undefined => undefined
    const tree = parseDts(source, { file: SUPPOSED, symbols: false, include: none, incbin: none })
    if (!tree.ok) throw new InternalError('a supposed board is no device tree')
    return tree.value
  })
