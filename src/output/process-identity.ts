/** Which process left something behind, and whether it still runs: what a dead one left can be removed by any other. */
import { readFileSync } from 'node:fs'

/** A process, as names of temporary files and folders say it: `<pid>-<start>`. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it began, in the system's ticks: numbers of processes are used again. `0`: not known. */
  readonly start: string
}

/** This process. */
export const ownIdentity = (): ProcessIdentity => ({
  pid: process.pid,
  start: statusOf(process.pid)?.start ?? '0',
})

/** Whether it runs, and is the same process still. */
export function isAlive({ pid, start }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  const status = statusOf(pid)
  return status === undefined || (status.start === start && !'ZX'.includes(status.state))
}

/** State and start of a process (`man 5 proc_pid_stat`); `undefined` on systems without /proc. */
function statusOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', start: fields[19] ?? '0' }
  } catch {
    return undefined
  }
}
