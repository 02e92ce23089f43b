/** Partial trees as people wrote them before a manifest could name a device. */

const bus = (nodes: string): Uint8Array =>
  Buffer.from(`/dts-v1/;

/ {
  passthrough {
    compatible = "simple-bus";
    ranges;
    #address-cells = <2>;
    #size-cells = <2>;
${nodes}
  };
};
`)

export const clockAndPins = bus(`
    clock: clock { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <24000000>; };

    rtc@9010000 {
      compatible = "arm,pl031", "arm,primecell";
      reg = <0 0x9010000 0 0x1000>;
      interrupt-parent = <65000>;
      interrupts = <0 2 4>;
      clocks = <&clock>;
      clock-names = "apb_pclk";
      xen,path = "/pl031@9010000";
      xen,reg = <0 0x9010000 0 0x1000 0 0x9010000>;
      xen,force-assign-without-iommu;
    };

    gpio@9030000 {
      compatible = "arm,pl061", "arm,primecell";
      reg = <0 0x9030000 0 0x1000>;
      gpio-controller;
      #gpio-cells = <2>;
      interrupt-controller;
      #interrupt-cells = <2>;
      interrupt-parent = <65000>;
      interrupts = <0 7 4>;
      clocks = <&clock>;
      clock-names = "apb_pclk";
      xen,path = "/pl061@9030000";
      xen,reg = <0 0x9030000 0 0x1000 0 0x9030000>;
      xen,force-assign-without-iommu;
    };`)

const transport = (index: number): string => `
    virtio_mmio@${(0xa000000 + index * 0x200).toString(16)} {
      compatible = "virtio,mmio";
      reg = <0 ${0xa000000 + index * 0x200} 0 0x200>;
      interrupt-parent = <65000>;
      interrupts = <0 ${16 + index} 1>;
      dma-coherent;
      xen,path = "/virtio_mmio@${(0xa000000 + index * 0x200).toString(16)}";
      xen,reg = <0 0xa000000 0 0x1000 0 0xa000000>;
      xen,force-assign-without-iommu;
    };`

export const virtioPage = bus(Array.from({ length: 8 }, (_, index) => transport(index)).join('\n'))

/** Slot and pin → one of four interrupts, in turn. */
const interruptMap = [0, 1, 2, 3].flatMap((slot) =>
  [1, 2, 3, 4].map((pin) => `<${slot * 0x800} 0 0 ${pin} 65000 0 ${3 + ((slot + pin - 1) % 4)} 4>`),
)

export const bridge = bus(`
    pcie@10000000 {
      compatible = "pci-host-ecam-generic";
      device_type = "pci";
      #address-cells = <3>;
      #size-cells = <2>;
      #interrupt-cells = <1>;
      reg = <0x40 0x10000000 0 0x10000000>;
      bus-range = <0 0xff>;
      linux,pci-domain = <0>;
      dma-coherent;
      ranges = <0x1000000 0 0 0 0x3eff0000 0 0x10000>,
               <0x2000000 0 0x10000000 0 0x10000000 0 0x2eff0000>,
               <0x3000000 0x80 0 0x80 0 0x80 0>;
      interrupt-map-mask = <0x1800 0 0 7>;
      interrupt-map = ${interruptMap.join(', ')};
      xen,path = "/pcie@10000000";
      xen,reg = <0x40 0x10000000 0 0x10000000 0x40 0x10000000>,
                <0 0x3eff0000 0 0x10000 0 0x3eff0000>,
                <0 0x10000000 0 0x2eff0000 0 0x10000000>,
                <0x80 0 0x1 0 0x80 0>;
      xen,force-assign-without-iommu;
    };`)

/** Without it Xen routes none of the bridge's interrupts, and says nothing. */
export const bridgeInterrupts = `/dts-v1/;
/plugin/;
&{/pcie@10000000} { interrupts = <0 3 4>, <0 4 4>, <0 5 4>, <0 6 4>; };
`

const zynqmpClocks = `
    clk125: clk125 { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <125000000>; };
    clk100: clk100 { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <99999999>; };`

export const zynqmpEthernetAndSerial = bus(`${zynqmpClocks}

    ethernet@ff0e0000 {
      compatible = "cdns,zynqmp-gem", "cdns,gem";
      reg = <0 0xff0e0000 0 0x1000>;
      interrupt-parent = <65000>;
      interrupts = <0 63 4>, <0 63 4>;
      clocks = <&clk125>, <&clk125>, <&clk125>, <&clk125>, <&clk125>;
      clock-names = "pclk", "hclk", "tx_clk", "rx_clk", "tsu_clk";
      phy-mode = "rgmii-id";
      phy-handle = <&phy>;
      #address-cells = <1>;
      #size-cells = <0>;
      local-mac-address = [52 54 00 12 34 59];
      xen,path = "/axi/ethernet@ff0e0000";
      xen,reg = <0 0xff0e0000 0 0x1000 0 0xff0e0000>;
      xen,force-assign-without-iommu;

      phy: ethernet-phy@17 { reg = <23>; };
    };

    serial@ff010000 {
      compatible = "xlnx,zynqmp-uart", "cdns,uart-r1p12";
      reg = <0 0xff010000 0 0x1000>;
      interrupt-parent = <65000>;
      interrupts = <0 22 4>;
      clocks = <&clk100>, <&clk100>;
      clock-names = "uart_clk", "pclk";
      xen,path = "/axi/serial@ff010000";
      xen,reg = <0 0xff010000 0 0x1000 0 0xff010000>;
      xen,force-assign-without-iommu;
    };`)
