/** Interrupt controllers that hand on what they are given, so that a guest without them can have the interrupt from the GIC. */
import type { DtNode } from '../../devicetree/model.ts'
import type { InterruptSpecifier } from '../../devicetree/readings/interrupt-specifier.ts'
import { isCompatible } from '../../devicetree/readings/node.ts'

/**
 * They wake the machine, or mask what they pass on, and take the specifiers of the GIC as they are (Linux: drivers/irqchip/irq-imx-gpcv2.c, irq-tegra.c;
 * arch/arm/mach-omap2/omap-wakeupgen.c). Their registers must let the interrupt through, as firmware or the host's kernel left them.
 */
const PLAIN = [
  'fsl,imx8mq-gpc',
  'fsl,imx7d-gpc',
  'fsl,imx6q-gpc',
  'nvidia,tegra210-ictlr',
  'nvidia,tegra30-ictlr',
  'nvidia,tegra20-ictlr',
  'ti,omap4-wugen-mpu',
  'ti,omap5-wugen-mpu',
] as const

/** These turn a level or an edge over where the device asks for the low or the falling one, which a guest could not ask for (irq-mtk-sysirq.c). */
const INVERTING = ['mediatek,mt6577-sysirq', 'mediatek,mt7622-sysirq', 'mediatek,mt8173-sysirq'] as const

const TYPE = 2
const FALLING = 2
const LOW = 8

/** Whether an interrupt that `controller` takes arrives unchanged at the controller's own interrupt parent. */
export const handsOn = (controller: DtNode, { cells }: InterruptSpecifier): boolean =>
  isCompatible(controller, ...PLAIN) ||
  (isCompatible(controller, ...INVERTING) && ((cells[TYPE] ?? 0) & (FALLING | LOW)) === 0)
