/** What Xen needs of the architected timer (arch/arm/time.c: init_dt_xen_time; 4.17 to 4.22). */
import type { Release } from './releases.ts'

/** The interrupts that it must have, in the order of the binding and by their names there; the fifth, `hyp-virt`, may be missing. */
export const TIMER_INTERRUPTS = ['sec-phys', 'phys', 'virt', 'hyp-phys'] as const

/** First release that goes by `interrupt-names`, where the node has it; others, and all without it, go by the order. */
export const TIMER_NAMES_SINCE: Release = '4.18'
