/** How the supervisor notices that a domain has ended. */
import type { Death } from '../model/lifecycle/policy.ts'
import type { DomainEvent } from './decide.ts'
import type { ManagedDomain } from './managed.ts'

/**
 * The event that the supervisor observes; `undefined`: it observes none. Linux on Arm does not report a panic to Xen: with `panic=N` it resets itself,
 * which looks like a reboot (arch/arm/xen/enlighten.c registers handlers for restart and power-off only).
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
