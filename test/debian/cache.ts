import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Where downloads, builds and logs of failed boots are kept: `$DOMFORGE_CACHE`, else the user's cache, so that every checkout finds what
 * another one fetched.
 */
export function cacheDirectory(): string {
  const { DOMFORGE_CACHE, XDG_CACHE_HOME } = process.env
  return DOMFORGE_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'domforge')
}

/** Longest time to wait for another process that fills the same entry. */
const patience = 10 * 60_000

/**
 * The folder `name` of the cache, filled by `fill` on first use. Safe between processes: one fills, the others wait;
 * a folder appears whole or not at all. `recipe` is whatever decides the content: another recipe fills anew.
 */
export async function cached(
  name: string,
  recipe: string,
  fill: (directory: string) => Promise<void>,
): Promise<string> {
  const directory = join(cacheDirectory(), name)
  const isFilled = (): boolean => stampOf(directory) === recipe
  if (isFilled()) return directory
  mkdirSync(dirname(directory), { recursive: true })
  const unlock = await lock(`${directory}.lock`, isFilled)
  try {
    if (!isFilled()) await fillAtomically(directory, recipe, fill)
  } finally {
    unlock()
  }
  return directory
}

async function fillAtomically(directory: string, recipe: string, fill: (into: string) => Promise<void>): Promise<void> {
  const temporary = `${directory}.partial`
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary)
  try {
    await fill(temporary)
    writeFileSync(join(temporary, 'stamp'), recipe)
    rmSync(directory, { recursive: true, force: true })
    renameSync(temporary, directory)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** Takes the lock, a folder that holds its owner's process id, or gives up waiting as soon as `isFilled` holds. */
async function lock(folder: string, isFilled: () => boolean): Promise<() => void> {
  const owner = join(folder, 'pid')
  for (const end = Date.now() + patience; Date.now() < end; await sleep(200)) {
    if (isFilled()) return () => {}
    try {
      mkdirSync(folder)
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
      if (isAbandoned(owner)) rmSync(folder, { recursive: true, force: true })
      continue
    }
    writeFileSync(owner, String(process.pid))
    return () => rmSync(folder, { recursive: true, force: true })
  }
  throw new Error(`another process has held ${folder} for ten minutes; remove it when that process is gone`)
}

/** An owner that no longer runs was cut off. A lock that does not name its owner yet has just been taken. */
function isAbandoned(owner: string): boolean {
  if (!existsSync(owner)) return false
  const pid = Number(readFileSync(owner, 'utf8'))
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return isCode(error, 'ESRCH')
  }
}

function stampOf(directory: string): string | undefined {
  const stamp = join(directory, 'stamp')
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
