/** What the process says to its caller. 70 and 74 are sysexits.h's EX_SOFTWARE and EX_IOERR. */
export const EXIT = { ok: 0, errors: 1, usage: 2, unreadable: 3, differs: 5, bug: 70, unwritten: 74 } as const
