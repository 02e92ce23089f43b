/** Files that are written beside their place first, under a name that says by which process: a dead one's are anybody's to remove. */
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isAlive, ownIdentity } from './process-identity.ts'

/** Where this process writes what is to be moved to `place`: in the same folder, so that moving it there is one step. */
export function freshBeside(place: string): string {
  const { pid, start } = ownIdentity()
  return join(dirname(place), `${prefixFor(place)}${pid}-${start}`)
}

/** Absolute paths of what processes left beside `place` that did not live to move it there; this process's own earlier ones too. */
export function abandonedBeside(place: string): readonly string[] {
  const before = prefixFor(place)
  return readdirSync(dirname(place)).flatMap((name) => {
    const [, pid, start] = (name.startsWith(before) && /^([0-9]+)-([0-9]+)$/.exec(name.slice(before.length))) || []
    if (pid === undefined || start === undefined) return []
    const isLeft = Number(pid) === process.pid || !isAlive({ pid: Number(pid), start })
    return isLeft ? [join(dirname(place), name)] : []
  })
}

const prefixFor = (place: string): string => `.${basename(place)}.domforge-`
