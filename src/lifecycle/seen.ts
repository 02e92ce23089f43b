/** What of a death reaches the supervisor. */
import type { Death } from '../model/lifecycle/policy.ts'
import type { DomainEvent } from './decide.ts'
import type { ManagedDomain } from './managed.ts'

/**
 * The event by which a death is seen; `undefined`: by nothing. Linux on Arm never tells Xen of a panic: with `panic=N` it resets itself, which looks
 * like a reboot (arch/arm/xen/enlighten.c registers restart and power-off alone).
 */
export function seenAs({ domain, lifecycle, seesHang }: ManagedDomain, death: Death): DomainEvent | undefined {
  const told = lifecycle['reboot-told-by']
  switch (death) {
    case 'poweroff':
      return 'poweroff'
    case 'reboot':
      return told === 'mark' ? 'marked' : 'reboot'
    case 'crash':
      return domain.os === 'linux' && told !== 'module' ? 'reboot' : 'crash'
    case 'hang':
      if (!seesHang) return undefined
      return lifecycle.watchdog === undefined ? 'silent' : 'hang'
  }
}
