/**
 * RAM that Arm Trusted Firmware (TF-A) keeps once the operating system runs, per SoC: where its BL31 lies, which serves PSCI and SMC calls.
 * Rows are SoCs whose BL31 is in DRAM; board trees often leave it out because the boot loader takes it out of /memory, or adds it to
 * /reserved-memory.
 *
 * Without a row, because BL31 is in RAM of the chip: i.MX8M (0x910000 to 0x970000), i.MX93 (0x204e0000), i.MX8ULP (0x20040000), ZynqMP
 * (0xfffea000), Versal (0xfffe0000), Versal NET and Gen 2 (0xbbf00000), Tegra186 and 194 (0x30000000, 0x40000000), Allwinner A64, H5 and H6, AM64,
 * AM65 and J7 (0x70000000). OP-TEE is not assumed: boards that run it say so in their trees, or U-Boot does.
 */

/** RAM that firmware keeps: [first address, length]. */
type Extent = readonly [base: bigint, size: bigint]

interface SocFirmware {
  /** Any of these in `compatible` of the root. */
  readonly compatibles: readonly string[]
  readonly extents: readonly Extent[]
  /** For people: which tool, file and names. */
  readonly source: string
}

const tfa = (place: string): string => `TF-A 2.15, ${place}`

export const SOC_FIRMWARE: readonly SocFirmware[] = [
  {
    compatibles: ['fsl,imx8qm'],
    extents: [[0x8000_0000n, 0x2_0000n]],
    source: tfa('plat/imx/imx8qm/include/platform_def.h: BL31_BASE, BL31_LIMIT'),
  },
  {
    compatibles: ['fsl,imx8qxp', 'fsl,imx8dxp', 'fsl,imx8dx'],
    extents: [[0x8000_0000n, 0x2_0000n]],
    source: tfa('plat/imx/imx8qx/include/platform_def.h: BL31_BASE, BL31_LIMIT'),
  },
  {
    compatibles: ['fsl,imx95', 'fsl,imx94', 'fsl,imx943'],
    extents: [[0x8a20_0000n, 0x4_0000n]],
    source: tfa('plat/imx/imx9/imx95/include/platform_def.h, imx94: BL31_BASE, BL31_LIMIT'),
  },
  {
    compatibles: [
      ...[
        'rockchip,px30',
        'rockchip,rk3326',
        'rockchip,rk3328',
        'rockchip,rk3368',
        'rockchip,rk3399',
        'rockchip,rk3399pro',
      ],
      ...['rockchip,rk3566', 'rockchip,rk3568', 'rockchip,rk3582', 'rockchip,rk3588', 'rockchip,rk3588s'],
    ],
    extents: [[0n, 0x10_0000n]],
    source: tfa(
      'plat/rockchip/rk3399/include/shared/bl31_param.h and platform_def.h of the others: TZRAM_BASE, TZRAM_SIZE',
    ),
  },
  {
    compatibles: ['rockchip,rk3576'],
    extents: [[0x4000_0000n, 0x10_0000n]],
    source: tfa('plat/rockchip/rk3576/include/platform_def.h: TZRAM_BASE, TZRAM_SIZE; rk3576_def.h: RK_DRAM_BASE'),
  },
  {
    compatibles: [
      ...['renesas,r8a7795', 'renesas,r8a7796', 'renesas,r8a77961', 'renesas,r8a77965', 'renesas,r8a77970'],
      ...['renesas,r8a77980', 'renesas,r8a77990', 'renesas,r8a77995'],
      ...['renesas,r8a774a1', 'renesas,r8a774b1', 'renesas,r8a774c0', 'renesas,r8a774e1'],
    ],
    extents: [[0x4400_0000n, 0x4_0000n]],
    source: tfa(
      'plat/renesas/common/include/rcar_def.h: RCAR_TRUSTED_SRAM_BASE up to RCAR_BL31_CRASH_BASE and its page',
    ),
  },
  {
    compatibles: ['renesas,r8a779f0', 'renesas,r8a779g0', 'renesas,r8a779h0'],
    extents: [[0x4640_0000n, 0x4_0000n]],
    source: tfa(
      'plat/renesas/rcar_gen4/include/rcar_def.h: RCAR_TRUSTED_SRAM_BASE up to RCAR_BL31_CRASH_BASE and its page',
    ),
  },
  {
    compatibles: ['ti,am625', 'ti,am62a7', 'ti,am62p5', 'ti,j722s'],
    extents: [
      [0x8000_0000n, 0x8_0000n],
      [0x9e78_0000n, 0x8_0000n],
    ],
    source:
      "U-Boot doc/board/ti/k3.rst and arch/arm/mach-k3: K3_ATF_LOAD_ADDR, either of the two, with fdt_fixup_reserved's size",
  },
  {
    compatibles: ['amlogic,meson-gxbb'],
    extents: [[0x1010_0000n, 0xc_0000n]],
    source: tfa('plat/amlogic/gxbb/gxbb_def.h: BL31_BASE, BL31_SIZE'),
  },
  {
    compatibles: ['amlogic,meson-gxl', 'amlogic,meson-gxm'],
    extents: [[0x510_0000n, 0xc_0000n]],
    source: tfa('plat/amlogic/gxl/gxl_def.h: BL31_BASE, BL31_SIZE'),
  },
  {
    compatibles: ['amlogic,meson-axg', 'amlogic,g12a', 'amlogic,g12b', 'amlogic,sm1'],
    extents: [[0x510_0000n, 0x10_0000n]],
    source: tfa('plat/amlogic/g12a/g12a_def.h, axg/axg_def.h: BL31_BASE, BL31_SIZE'),
  },
  {
    compatibles: [
      'allwinner,sun50i-h616',
      'allwinner,sun50i-h618',
      'allwinner,sun50i-h700',
      'allwinner,sun50i-a100',
      'allwinner,sun50i-a133',
    ],
    extents: [[0x4000_0000n, 0x4_0000n]],
    source: tfa('plat/allwinner/common/include/platform_def.h: BL31_BASE, BL31_LIMIT with SUNXI_BL31_IN_DRAM'),
  },
  {
    compatibles: ['nvidia,tegra210'],
    extents: [[0xff80_0000n, 0x4_0000n]],
    source: 'TF-A 2.14, plat/nvidia/tegra/soc/t210/platform_t210.mk: TZDRAM_BASE; include/t210/tegra_def.h: BL31_SIZE',
  },
]
