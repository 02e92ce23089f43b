/** What work costs, however busy the machine is: CPU time of this process, never the clock on the wall. */

/** Milliseconds of CPU time, in user mode and in the system, since it was called. */
export function cpuTimer(): () => number {
  const start = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  }
}
