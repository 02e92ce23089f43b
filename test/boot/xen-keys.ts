import type { Question } from './serial.ts'

/**
 * Xen's debug keys for domains, event channels and CPU pools; the last only shows that the one before it has been
 * answered. Xen takes them from the serial line only when its command line says `conswitch=ax`.
 */
export const debugKeys: readonly Question[] = [
  { key: 'q', answer: /'q' pressed/ },
  { key: 'e', answer: /'e' pressed/ },
  { key: 'r', answer: /sched_smt_power_savings/ },
  { key: 'h', answer: /'h' pressed/ },
]
