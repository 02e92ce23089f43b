/** What an earlier build chose and this one has to keep (schemas/lock.schema.json). */
import { posix } from 'node:path'
import { inFile, type Report } from '../diagnostics/diagnostic.ts'
import { readWhole } from './disk.ts'

export interface Lock {
  /** Name of a boot-time domain → its place among them, from 1. */
  readonly order: ReadonlyMap<string, number>
}

export const EMPTY_LOCK: Lock = { order: new Map() }

/** `lock` without its entries about `domains`. */
export const forgetting = ({ order }: Lock, domains: readonly string[] = []): Lock => ({
  order: new Map([...order].filter(([name]) => !domains.includes(name))),
})

/** `system.lock.yaml` beside `system.yaml`. */
export const lockBeside = (manifest: string): string => `${manifest.replace(/\.ya?ml$/, '')}.lock.yaml`

/** More than a line for each domain that Xen could ever have. */
const LARGEST = 1024 * 1024

const ENTRY = /^domains\/([A-Za-z][A-Za-z0-9_.-]{0,39})\/order: ([1-9][0-9]{0,4})$/

/**
 * The lock at `file`; an empty one where there is none. `undefined` after reporting OUT-006 for one that no build wrote: what it says of
 * guests would silently be lost.
 */
export function readLock(file: string, report: Report): Lock | undefined {
  const read = readWhole(file, LARGEST)
  if (!read.ok) {
    if (read.why === 'missing') return EMPTY_LOCK
    return refuse(file, undefined, `the lock file ${posix.basename(file)} ${read.reason}`, report)
  }
  const order = new Map<string, number>()
  for (const [index, raw] of read.data.toString('utf8').split('\n').entries()) {
    const line = raw.trimEnd()
    const [, name, place] = ENTRY.exec(line) ?? []
    if (name !== undefined && !order.has(name)) order.set(name, Number(place))
    else if (line !== '' && !line.startsWith('#'))
      return refuse(file, index + 1, `${JSON.stringify(line.slice(0, 60))} is no line of a lock file`, report)
  }
  return { order }
}

function refuse(file: string, line: number | undefined, message: string, report: Report): undefined {
  const help = 'take the last good one from version control, or remove it and let domforge choose anew'
  report('OUT-006', { at: inFile(file, line === undefined ? {} : { line }), message, help })
}
