/** Limits of what is set up statically, on arm64 from 4.17 to 4.22. */
import { guestPhys } from '../units/quantities.ts'

/** Characters of `xen,shm-id`: 16 with the NUL (xen/include/xen/bootinfo.h: MAX_SHM_ID_LENGTH). */
export const MAX_SHM_ID = 15

/** Regions of shared memory that Xen has room for, and nodes of one domain (xen/include/xen/bootinfo.h: NR_SHMEM_BANKS). */
export const MAX_SHM_REGIONS = 32

/** First release that has this limit of its own; before, regions counted among the reserved banks. */
export const SHM_BANKS_SINCE = '4.19'

/** Highest port of an event channel in a domain that Xen builds beside dom0 (dom0less-bindings.c: `max_evtchn_port`). */
export const MAX_PORT = 1023

/** Highest port of dom0 and of domains with capabilities: at boot only the two-level form is in force (public/event_channel.h: EVTCHN_2L_NR_CHANNELS). */
export const MAX_DOM0_PORT = 4095

/**
 * Lowest port that domforge gives out: a domain with xenstore has port 1 for it before static channels are made, and some are left for what
 * a later release may allocate first (dom0less-build.c: alloc_xenstore_evtchn).
 */
export const FIRST_PORT = 8

/** The smallest space of guest addresses among Arm's 64-bit application cores: 40 bits (arch/arm/mmu/p2m.c: pa_range_info). */
export const SMALLEST_GUEST_SPACE = guestPhys(1n << 40n)
