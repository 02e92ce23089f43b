/** What several rules have in common: what becomes of the machine. */

/** A boot-time domain that cannot be built. */
export const DOMAIN_PANIC = 'Xen would panic at boot: every boot-time domain error stops the whole machine'

/** The host's tree cannot be used. */
export const HOST_PANIC = 'Xen would panic at boot, before any domain starts'
