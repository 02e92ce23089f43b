/** Interrupt controllers that Xen drives. */
import { KiB, times } from '../units/quantities.ts'

/**
 * `compatible` of the controller by version (`DT_MATCH_GIC_V2`, `DT_MATCH_GIC_V3` in xen/arch/arm/include/asm/gic.h; 4.17 to 4.22). Xen
 * takes the first such node that has `interrupt-controller`.
 */
export const GIC_COMPATIBLES = {
  v2: ['arm,cortex-a15-gic', 'arm,cortex-a7-gic', 'arm,gic-400'],
  v3: ['arm,gic-v3'],
} as const

/** INTID of the first shared interrupt (SPI): trees count them from 0 (Arm GIC binding); those below are a CPU's own. */
export const FIRST_SPI = 32

/** The last INTID of a device at a GIC (Arm IHI 0069: 1020 to 1023 are special). Xen does not check that one is below. */
export const LAST_INTERRUPT = 1019

/** Entries of Xen's table of interrupts, which it indexes without a check of its bounds (arch/arm/include/asm/irq.h: NR_IRQS; irq.c: irq_to_desc). */
export const INTERRUPT_TABLE = 1024

/** How much of a redistributor region Xen uses for each virtual CPU (arch/arm/include/asm/gic_v3_defs.h: GICV3_GICR_SIZE). */
export const VIRTUAL_REDISTRIBUTOR = times(128, KiB)

/** Entries of `reg` behind the redistributors of a GICv3 that is compatible with a GICv2: GICC, GICH, GICV (arch/arm/gic-v3.c: gicv3_dt_init). */
export const GIC_COMPAT_REGISTERS = 3
