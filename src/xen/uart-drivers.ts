/**
 * Serial ports on which Xen can have its console: every `DT_DEVICE_START(…, DEVICE_SERIAL)` of xen/drivers/char with what it matches, in
 * stable-4.17 to stable-4.22. All drivers are on by default (xen/drivers/char/Kconfig). The one for Samsung's Exynos, which is for 32 bits
 * alone, is left out.
 */
import { isAtLeast, type Release } from './releases.ts'

export interface UartDriver {
  /** Kconfig's symbol, without `CONFIG_`. */
  readonly option: string
  /** What it matches, each with the first release that does and the first that no longer does. */
  readonly compatibles: readonly UartMatch[]
}

interface UartMatch {
  readonly compatible: string
  readonly since?: Release
  readonly until?: Release
}

const always = (...compatibles: readonly string[]): readonly UartMatch[] =>
  compatibles.map((compatible) => ({ compatible }))

/** All of them, in no particular order: no node is compatible with two. */
export const UART_DRIVERS: readonly UartDriver[] = [
  // pl011.c
  {
    option: 'HAS_PL011',
    compatibles: [...always('arm,pl011'), { compatible: 'arm,sbsa-uart', since: '4.18' }],
  },
  // ns16550.c
  {
    option: 'HAS_NS16550',
    compatibles: always('ns16550', 'ns16550a', 'snps,dw-apb-uart', 'brcm,bcm2835-aux-uart'),
  },
  // cadence-uart.c
  { option: 'HAS_CADENCE_UART', compatibles: always('cdns,uart-r1p8', 'cdns,uart-r1p12') },
  // scif-uart.c
  { option: 'HAS_SCIF', compatibles: always('renesas,scif', 'renesas,scifa', 'renesas,hscif') },
  // meson-uart.c
  {
    option: 'HAS_MESON',
    compatibles: always(
      'amlogic,meson-uart',
      'amlogic,meson6-uart',
      'amlogic,meson8-uart',
      'amlogic,meson8b-uart',
      'amlogic,meson-gx-uart',
    ),
  },
  // mvebu-uart.c
  { option: 'HAS_MVEBU', compatibles: always('marvell,armada-3700-uart') },
  // omap-uart.c
  {
    option: 'HAS_OMAP',
    compatibles: [...always('ti,omap4-uart'), { compatible: 'ti,am654-uart', since: '4.19' }],
  },
  // imx-lpuart.c
  {
    option: 'HAS_IMX_LPUART',
    compatibles: [
      { compatible: 'fsl,imx8qm-lpuart', until: '4.19' },
      { compatible: 'fsl,imx8qxp-lpuart', since: '4.19' },
    ],
  },
  // linflex-uart.c
  {
    option: 'HAS_LINFLEX',
    compatibles: [
      { compatible: 'nxp,s32g2-linflexuart', since: '4.20' },
      { compatible: 'nxp,s32g3-linflexuart', since: '4.20' },
      { compatible: 'fsl,s32v234-linflexuart', since: '4.20' },
    ],
  },
]

/** The driver that `release` has for a node with these `compatibles`; `undefined`: none. */
export const uartDriverFor = (compatibles: readonly string[], release: Release): UartDriver | undefined =>
  UART_DRIVERS.find((driver) =>
    driver.compatibles.some(
      ({ compatible, since = '4.17', until }) =>
        compatibles.includes(compatible) && isAtLeast(release, since) && !(until && isAtLeast(release, until)),
    ),
  )
