/**
 * Files that lie beside the output folder rather than in it: the lock and the dependency file. Each is staged where it will lie before
 * anything else is written, so that what cannot be written stops the build while nothing has changed; putting it in place is one rename.
 */
import { lstatSync, mkdirSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { inFile, type Report } from '../diagnostics/diagnostic.ts'
import { abandonedBeside, freshBeside } from './beside.ts'
import { type OutputDisk, realDisk } from './disk.ts'
import { isSystemError } from './system-error.ts'

/** A file of which only the last step is left. */
export interface StagedFile {
  /** Puts it in its place; false after reporting OUT-001, when it is staged no more. */
  commit(): boolean
  /** Takes back what was staged. */
  abandon(): void
}

export interface SideFile {
  /** As the user knows it. A symbolic link is followed: what it leads to is replaced. */
  readonly file: string
  readonly text: string
  /** For messages: `lock file`. */
  readonly what: string
  /** What to do where it cannot be written. */
  readonly help: string
}

/**
 * Writes and flushes the contents beside their place; `undefined` after reporting OUT-001, also where something else than a file is there.
 * What killed builds left there is removed.
 */
export function stageSideFile(side: SideFile, report: Report, disk = realDisk): StagedFile | undefined {
  try {
    const place = target(side.file)
    const found = lstatSync(place, { throwIfNoEntry: false })
    if (found && !found.isFile()) return refuse(side, 'it is there already, and not a file', report)
    mkdirSync(dirname(place), { recursive: true })
    for (const left of abandonedBeside(place)) disk.removeAll(left)
    return staged(side, place, report, disk)
  } catch (error) {
    if (isSystemError(error)) return refuse(side, error.message, report)
    throw error
  }
}

function refuse({ file, what, help }: SideFile, why: string, report: Report): undefined {
  report('OUT-001', { at: inFile(file), message: `the ${what} cannot be written: ${why}`, help })
}

function staged(side: SideFile, place: string, report: Report, disk: OutputDisk): StagedFile {
  const folder = dirname(place)
  const fresh = freshBeside(place)
  const abandon = (): void => disk.removeAll(fresh)
  try {
    disk.write(fresh, side.text)
  } catch (error) {
    abandon()
    throw error
  }
  const commit = (): boolean => {
    try {
      disk.move(fresh, place)
      disk.flushFolder(folder)
      return true
    } catch (error) {
      abandon()
      if (!isSystemError(error)) throw error
      refuse(side, error.message, report)
      return false
    }
  }
  return { commit, abandon }
}

/** As many links as Linux follows. */
const MAX_LINKS = 40

/** Where the file really lies, or will lie where a link leads to nothing yet. */
function target(file: string): string {
  let place = resolve(file)
  for (let links = 0; links < MAX_LINKS; links++) {
    const next = linkAt(place)
    if (next === undefined) break
    place = resolve(dirname(place), next)
  }
  return join(realFolder(dirname(place)), basename(place))
}

function linkAt(place: string): string | undefined {
  try {
    return readlinkSync(place)
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder)
  } catch (error) {
    if (isSystemError(error)) return folder
    throw error
  }
}
