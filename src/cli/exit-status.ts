/** What the process says to its caller. 70 is sysexits.h's EX_SOFTWARE. */
export const EXIT = { ok: 0, errors: 1, usage: 2, unreadable: 3, differs: 5, bug: 70 } as const
