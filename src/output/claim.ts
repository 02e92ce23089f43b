/**
 * One build at a time writes into an output folder. The one that writes owns a folder below it whose name says which process that is:
 * it holds the staged files and the journal, and a dead process cannot keep another one waiting.
 *
 * Every build first makes a claim and then looks for others, so of two builds at least one sees the other and withdraws. Names are
 * never used twice, so a dead claim can be removed by any build at any time. Processes that do not see each other (two containers,
 * two machines on one network file system) take each other for dead: they need an output folder each.
 */
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { OutputDisk } from './disk.ts'
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts'
import { isSystemError } from './system-error.ts'

/** The right to write below an output folder. */
export interface Claim {
  /** Absolute path of this build's own folder. */
  readonly place: string
  /** Names of the folders that killed builds left, below the same output folder. */
  readonly abandoned: readonly string[]
}

/** Another build has been writing for longer than this one waits. */
export interface Occupied {
  /** Name of that build's folder. */
  readonly by: string
  readonly pid: number
}

/** Milliseconds. A build writes for a few tens of them, so that parallel builds take turns; more than this is no queue. */
const PATIENCE = 5000

/** A build that fails removes the folder that it made, perhaps under another that is about to claim it: as often in a row as none does. */
const ATTEMPTS = 10

/** Makes `folder` where it is absent, and claims it; `root` is the real folder. */
export function claimMade(
  folder: string,
  disk: OutputDisk,
): { readonly root: string; readonly claim: Claim | Occupied } {
  for (let attempt = 1; ; attempt++) {
    try {
      disk.makeFolders(folder)
      const root = realpathSync(folder)
      return { root, claim: claimFolder(root, disk) }
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'ENOENT' || attempt === ATTEMPTS) throw error
    }
  }
}

/** Waits while another build writes below `root` (a real folder). */
export function claimFolder(root: string, disk: OutputDisk, patience = PATIENCE): Claim | Occupied {
  const deadline = Date.now() + patience
  for (;;) {
    const own = freeName(root)
    disk.makeFolder(join(root, own))
    const others = claimsIn(root).filter((name) => name !== own)
    const holder = others.find((name) => !isAbandoned(name))
    if (holder === undefined) return { place: join(root, own), abandoned: others }
    disk.removeFolder(join(root, own))
    if (Date.now() >= deadline) return { by: holder, pid: ownerOf(holder)?.pid ?? 0 }
    pause(5 + Math.random() * 20)
  }
}

/** Folders below `root` that killed builds left. */
export const abandonedIn = (root: string): readonly string[] => claimsIn(root).filter(isAbandoned)

const CLAIM = /^\.domforge-([0-9]+)-([0-9]+)-[0-9]+$/

const claimsIn = (root: string): string[] => readdirSync(root).filter((name) => CLAIM.test(name))

/** The first that is free: one process may write several times, and what it left after a failure stays until a build succeeds. */
function freeName(root: string): string {
  const { pid, start } = ownIdentity()
  for (let count = 0; ; count++) {
    const name = `.domforge-${pid}-${start}-${count}`
    if (!existsSync(join(root, name))) return name
  }
}

function ownerOf(name: string): ProcessIdentity | undefined {
  const [, pid, start] = CLAIM.exec(name) ?? []
  return pid === undefined || start === undefined ? undefined : { pid: Number(pid), start }
}

/** One's own other claims are abandoned too: a process writes once at a time. */
function isAbandoned(name: string): boolean {
  const owner = ownerOf(name)
  return owner === undefined || owner.pid === process.pid || !isAlive(owner)
}

/** Sleeps without giving up the thread: nothing else is to be done meanwhile. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
