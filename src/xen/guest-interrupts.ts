/** Interrupts that every guest of Xen or xl has at fixed numbers, as interrupt ids (xen/include/public/arch-arm.h: GUEST_*_PPI, GUEST_VPL011_SPI). */

/** Virtual timer (GUEST_TIMER_VIRT_PPI). */
export const GUEST_TIMER_INTERRUPT = 27

/** Event channels: xenstore, PV devices (GUEST_EVTCHN_PPI). */
export const GUEST_EVENT_INTERRUPT = 31
