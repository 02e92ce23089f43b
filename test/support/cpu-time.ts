/** CPU time of this process, which measures work however busy the machine is, as wall-clock time does not. */

/** Returns a function that returns the milliseconds of CPU time, in user mode and in the system, since this call. */
export function cpuTimer(): () => number {
  const start = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  }
}
