/**
 * Devices of real boards, with what Linux' binding of each requires beside `compatible` and `reg`: the list `required` of Documentation/devicetree/bindings, or
 * its text where it is no schema, with what conditions of that device add. `wishes`: what a user has to say.
 */
export interface RealDevice {
  readonly path: string
  readonly compatible: string
  /** Below Documentation/devicetree/bindings. */
  readonly binding: string
  readonly required: readonly string[]
  readonly include?: readonly string[]
  readonly drop?: readonly string[]
}

const INTERRUPT = ['interrupts'] as const
const CLOCKED = ['interrupts', 'clocks', 'clock-names'] as const

const DWC3 = { binding: 'usb/snps,dwc3.yaml', required: INTERRUPT } as const
const EHCI = { binding: 'usb/generic-ehci.yaml', required: INTERRUPT } as const
const DW_UART = { binding: 'serial/snps-dw-apb-uart.yaml', required: [] } as const

/** By board; an Ethernet, a UART, an MMC and a USB controller each. */
export const REAL_DEVICES: Readonly<Record<string, readonly RealDevice[]>> = {
  'xilinx/zynqmp-zcu102-rev1.0': [
    {
      path: '/axi/ethernet@ff0e0000',
      compatible: 'cdns,zynqmp-gem',
      binding: 'net/cdns,macb.yaml',
      required: [...CLOCKED, 'phy-mode'],
    },
    {
      path: '/axi/serial@ff010000',
      compatible: 'xlnx,zynqmp-uart',
      binding: 'serial/cdns,uart.yaml',
      required: CLOCKED,
    },
    { path: '/axi/mmc@ff170000', compatible: 'xlnx,zynqmp-8.9a', binding: 'mmc/arasan,sdhci.yaml', required: CLOCKED },
    { path: '/axi/usb@ff9d0000/usb@fe200000', compatible: 'snps,dwc3', ...DWC3 },
  ],
  'freescale/imx8mp-evk': [
    {
      path: '/soc@0/bus@30800000/ethernet@30be0000',
      compatible: 'fsl,imx8mp-fec',
      binding: 'net/fsl,fec.yaml',
      required: INTERRUPT,
      drop: ['fsl,stop-mode'],
    },
    {
      path: '/soc@0/bus@30800000/serial@30890000',
      compatible: 'fsl,imx8mp-uart',
      binding: 'serial/fsl-imx-uart.yaml',
      required: INTERRUPT,
    },
    {
      path: '/soc@0/bus@30800000/mmc@30b60000',
      compatible: 'fsl,imx8mp-usdhc',
      binding: 'mmc/fsl-imx-esdhc.yaml',
      required: INTERRUPT,
    },
    { path: '/soc@0/usb@32f10108/usb@38200000', compatible: 'snps,dwc3', ...DWC3 },
  ],
  'rockchip/rk3399-rockpro64': [
    {
      path: '/ethernet@fe300000',
      compatible: 'rockchip,rk3399-gmac',
      binding: 'net/rockchip-dwmac.yaml',
      required: [...CLOCKED, 'interrupt-names', 'phy-mode'],
      drop: ['rockchip,grf'],
    },
    { path: '/serial@ff1a0000', compatible: 'rockchip,rk3399-uart', ...DW_UART },
    {
      path: '/mmc@fe320000',
      compatible: 'rockchip,rk3399-dw-mshc',
      binding: 'mmc/rockchip-dw-mshc.yaml',
      required: CLOCKED,
    },
    { path: '/usb@fe380000', compatible: 'generic-ehci', ...EHCI },
  ],
  'ti/k3-am642-evm': [
    {
      path: '/bus@f4000/ethernet@8000000',
      compatible: 'ti,am642-cpsw-nuss',
      binding: 'net/ti,k3-am654-cpsw-nuss.yaml',
      required: [
        ...['reg-names', 'ranges', 'clocks', 'clock-names', 'power-domains', 'dmas', 'dma-names'],
        ...['#address-cells', '#size-cells'],
      ],
      drop: ['ti,syscon-efuse'],
    },
    {
      path: '/bus@f4000/serial@2800000',
      compatible: 'ti,am64-uart',
      binding: 'serial/8250_omap.yaml',
      required: INTERRUPT,
    },
    {
      path: '/bus@f4000/mmc@fa10000',
      compatible: 'ti,am64-sdhci-8bit',
      binding: 'mmc/sdhci-am654.yaml',
      required: [...CLOCKED, 'ti,otap-del-sel-legacy'],
    },
    {
      path: '/bus@f4000/cdns-usb@f900000/usb@f400000',
      compatible: 'cdns,usb3',
      binding: 'usb/cdns,usb3.yaml',
      required: ['reg-names', 'interrupts', 'interrupt-names'],
      include: ['/bus@f4000/cdns-usb@f900000'],
    },
  ],
  'amlogic/meson-g12b-odroid-n2': [
    {
      path: '/soc/ethernet@ff3f0000',
      compatible: 'amlogic,meson-g12a-dwmac',
      binding: 'net/amlogic,meson-dwmac.yaml',
      required: [...CLOCKED, 'interrupt-names', 'phy-mode'],
    },
    {
      path: '/soc/bus@ff800000/serial@3000',
      compatible: 'amlogic,meson-gx-uart',
      binding: 'serial/amlogic,meson-uart.yaml',
      required: CLOCKED,
    },
    {
      path: '/soc/mmc@ffe07000',
      compatible: 'amlogic,meson-axg-mmc',
      binding: 'mmc/amlogic,meson-gx-mmc.yaml',
      required: [...CLOCKED, 'resets'],
    },
    { path: '/soc/usb@ffe09000/usb@ff500000', compatible: 'snps,dwc3', ...DWC3 },
  ],
  'allwinner/sun50i-a64-pine64-plus': [
    {
      path: '/soc/ethernet@1c30000',
      compatible: 'allwinner,sun50i-a64-emac',
      binding: 'net/allwinner,sun8i-a83t-emac.yaml',
      required: [...CLOCKED, 'interrupt-names', 'resets', 'reset-names', 'phy-handle', 'phy-mode', 'syscon'],
      include: ['/soc/syscon@1c00000'],
    },
    { path: '/soc/serial@1c28000', compatible: 'snps,dw-apb-uart', ...DW_UART },
    {
      path: '/soc/mmc@1c0f000',
      compatible: 'allwinner,sun50i-a64-mmc',
      binding: 'mmc/allwinner,sun4i-a10-mmc.yaml',
      required: CLOCKED,
    },
    { path: '/soc/usb@1c1b000', compatible: 'allwinner,sun50i-a64-ehci', ...EHCI },
  ],
  'marvell/armada-3720-espressobin': [
    {
      path: '/soc/internal-regs@d0000000/ethernet@30000',
      compatible: 'marvell,armada-3700-neta',
      binding: 'net/marvell-armada-370-neta.txt',
      required: ['interrupts', 'phy-mode', 'clocks'],
    },
    {
      path: '/soc/internal-regs@d0000000/serial@12000',
      compatible: 'marvell,armada-3700-uart',
      binding: 'serial/mvebu-uart.txt',
      required: INTERRUPT,
    },
    {
      path: '/soc/internal-regs@d0000000/mmc@d0000',
      compatible: 'marvell,armada-3700-sdhci',
      binding: 'mmc/marvell,xenon-sdhci.yaml',
      required: ['clocks', 'clock-names', 'marvell,pad-type'],
    },
    {
      path: '/soc/internal-regs@d0000000/usb@58000',
      compatible: 'marvell,armada3700-xhci',
      binding: 'usb/generic-xhci.yaml',
      required: INTERRUPT,
      drop: ['marvell,usb-misc-reg'],
    },
  ],
  'renesas/r8a774a1-hihope-rzg2m-ex': [
    {
      path: '/soc/ethernet@e6800000',
      compatible: 'renesas,etheravb-r8a774a1',
      binding: 'net/renesas,etheravb.yaml',
      required: [
        ...['interrupts', 'interrupt-names', 'clocks', 'power-domains', 'resets', 'phy-mode', 'phy-handle'],
        ...['#address-cells', '#size-cells', 'rx-internal-delay-ps', 'tx-internal-delay-ps'],
      ],
    },
    {
      path: '/soc/serial@e6540000',
      compatible: 'renesas,hscif-r8a774a1',
      binding: 'serial/renesas,hscif.yaml',
      required: [...CLOCKED, 'power-domains', 'resets'],
    },
    {
      path: '/soc/mmc@ee140000',
      compatible: 'renesas,sdhi-r8a774a1',
      binding: 'mmc/renesas,sdhi.yaml',
      required: ['interrupts', 'clocks', 'power-domains'],
    },
    {
      path: '/soc/usb@ee000000',
      compatible: 'renesas,xhci-r8a774a1',
      binding: 'usb/renesas,usb-xhci.yaml',
      required: ['interrupts', 'clocks', 'power-domains', 'resets'],
    },
  ],
}
