/** INTIDs that are the same in every guest that Xen or xl builds (xen/include/public/arch-arm.h: GUEST_*_PPI). */

/** Virtual timer (GUEST_TIMER_VIRT_PPI). */
export const GUEST_TIMER_INTERRUPT = 27

/** Event channels: xenstore, PV devices (GUEST_EVTCHN_PPI). */
export const GUEST_EVENT_INTERRUPT = 31
