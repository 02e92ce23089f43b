/** What a guest sees of Xen, both at boot and when it is created again. */
import type { Guest } from '../model/system-model.ts'

/** Whether the guest has a node of its own in xenstore, both at boot and when it is created again. */
export const hasXenstore = (domain: Guest): boolean =>
  domain.boot === 'xl' || domain.enhanced === 'enabled' || domain.enhanced === 'legacy'

/** Whether the guest detects Xen at all: without `/hypervisor` neither Xen's watchdog driver nor the panic module loads. */
export const findsXen = (domain: Guest): boolean => domain.boot === 'xl' || domain.enhanced !== 'disabled'
