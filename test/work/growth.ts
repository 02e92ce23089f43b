/** How much more work something takes when its input grows: processor time of this process, never the clock on the wall. */

/** Processor seconds, user and system, that `run` takes: the least of three, since what disturbs only adds. */
function secondsOf(run: () => void): number {
  const once = (): number => {
    const start = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  }
  return Math.min(once(), once(), once())
}

/**
 * The time for eight times the input, in times of that for the input as it is: 8 where work grows in proportion, 64 where it grows with the square.
 * `prepare` is not measured; `size` is so chosen that the smaller run takes some tens of milliseconds.
 */
export function growth<T>(size: number, prepare: (size: number) => T, run: (input: T) => void): number {
  const [small, large] = [prepare(size), prepare(8 * size)]
  run(small)
  const base = Math.max(
    secondsOf(() => run(small)),
    0.01,
  )
  return secondsOf(() => run(large)) / base
}

/** Between the two, with room for caches and garbage on both sides. */
export const IN_PROPORTION = 24
