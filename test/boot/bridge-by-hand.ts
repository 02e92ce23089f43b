/** A bridge with its partial tree as people write it by hand, with what the host's tree needs for it. */

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
