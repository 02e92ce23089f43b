/** Limits of what is set up statically, on arm64 from 4.17 to 4.22. */
import { guestPhys } from '../units/quantities.ts'

/** Most characters of `xen,shm-id`: 16 bytes, one for the NUL (xen/include/xen/bootinfo.h: MAX_SHM_ID_LENGTH). */
export const MAX_SHM_ID = 15

/** Most regions of shared memory, and most of their nodes in one domain (xen/include/xen/bootinfo.h: NR_SHMEM_BANKS). */
export const MAX_SHM_REGIONS = 32

/** First release with that limit; before, regions counted as banks of reserved memory. */
export const SHM_BANKS_SINCE = '4.19'

/** Highest port of an event channel in an ordinary boot-time domain (dom0less-bindings.c: `max_evtchn_port`). */
export const MAX_PORT = 1023

/**
 * Highest port of dom0 and of domains with the capability `hardware` or `xenstore`, for which `max_evtchn_port` is lifted; at boot all domains
 * still use two-level event channels (public/event_channel.h: EVTCHN_2L_NR_CHANNELS).
 */
export const MAX_DOM0_PORT = 4095

/**
 * Lowest port that domforge chooses: a domain with xenstore gets port 1 for it before Xen makes static channels (dom0less-build.c:
 * alloc_xenstore_evtchn), and a later release may allocate more before them.
 */
export const FIRST_PORT = 8

/** Where guest addresses end on those of Arm's 64-bit application cores that have the fewest, 40 bits (arch/arm/mmu/p2m.c: pa_range_info). */
export const SMALLEST_GUEST_SPACE = guestPhys(1n << 40n)
