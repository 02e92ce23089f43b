import { readFileSync } from 'node:fs'

/** A clock tick of `/proc`, in milliseconds (USER_HZ is 100 on every Linux). */
const TICK = 10

/** How much longer than on an idle machine a guest that sleeps is waited for. */
const SLEEPING = 20

const POLL = 100

/**
 * Waits until a machine has been silent for long: for so much of its own processor time, since on a busy machine it gets little of it, or
 * twenty times as long by the clock where it sleeps.
 */
export class Silence {
  readonly #milliseconds: number
  readonly #usedBy: () => number | undefined
  #timer: NodeJS.Timeout | undefined

  /** `pid` is that of the process that started the machine. */
  constructor(pid: number | undefined, milliseconds: number) {
    this.#milliseconds = milliseconds
    this.#usedBy = () => (pid === undefined ? undefined : processorTime(pid))
  }

  /** Begins to wait, anew each time; `onSilent` is called once. */
  wait(onSilent: () => void): void {
    this.stop()
    const [start, used] = [performance.now(), this.#usedBy()]
    this.#timer = setInterval(() => {
      const passed = performance.now() - start
      const now = this.#usedBy()
      const own = used === undefined || now === undefined ? passed : now - used
      if (passed < this.#milliseconds || (own < this.#milliseconds && passed < SLEEPING * this.#milliseconds)) return
      this.stop()
      onSilent()
    }, POLL)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}

/** Of the children of a process, in milliseconds; `undefined` where the system does not say. */
function processorTime(pid: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    return children.reduce((sum, child) => sum + ticksOf(child) * TICK, 0)
  } catch {
    return undefined
  }
}

/** proc(5): utime and stime, the 14th and 15th field; the second one, in parentheses, may hold anything. */
function ticksOf(pid: string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}
