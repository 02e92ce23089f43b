/** What Xen needs of the architected timer (arch/arm/time.c: init_dt_xen_time; 4.17 to 4.22). */
import type { Release } from './releases.ts'

/** Its interrupts by name, in the order of the binding; the fifth, `hyp-virt`, may be missing. */
export const TIMER_INTERRUPTS = ['sec-phys', 'phys', 'virt', 'hyp-phys'] as const

/** From here on `interrupt-names`, where there is one, says which is which; before, and without it, the order does. */
export const TIMER_NAMES_SINCE: Release = '4.18'
