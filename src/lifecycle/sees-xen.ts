/** What a guest has of Xen, in every life. */
import type { Guest } from '../model/system-model.ts'

/** Whether the guest has a node of its own in xenstore, in every life. */
export const hasXenstore = (domain: Guest): boolean =>
  domain.boot === 'xl' || domain.enhanced === 'enabled' || domain.enhanced === 'legacy'

/** Whether the guest finds Xen at all: without `/hypervisor` neither a watchdog nor a module of Xen loads. */
export const findsXen = (domain: Guest): boolean => domain.boot === 'xl' || domain.enhanced !== 'disabled'
