/** How often the supervisor looks at its domains, in seconds. `xl list` takes a tenth of that under emulation. */
export const TICK = 2
