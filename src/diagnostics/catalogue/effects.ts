/** What several rules have in common: what becomes of the machine. */

/** A boot-time domain that cannot be built. */
export const DOMAIN_PANIC = 'Xen would panic at boot: every boot-time domain error stops the whole machine'

/** The host's tree cannot be used. */
export const HOST_PANIC = 'Xen would panic at boot, before any domain starts'

/** Xen's first look at the tree comes before its console (seen with 4.17 under QEMU: not one character). */
export const EARLY_PANIC = 'Xen would stop before its console works: nothing is shown at all'

/** xl stops before it asks Xen for anything, or Xen refuses: the host and other domains go on. */
export const NOT_CREATED = 'xl would not create the domain'
