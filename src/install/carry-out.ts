/**
 * Puts files into a domain's root file system: each is written beside its place first, and only when all are there are they moved. A full
 * disk shows before anything is changed that was there.
 */
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { abandonedBeside, freshBeside } from '../output/beside.ts'
import { placeOf } from '../output/places.ts'
import { isSystemError } from '../output/system-error.ts'
import type { Copy } from './copies.ts'

/** The operating system refused something; of what was not in its place yet nothing is left. */
export interface Refused {
  readonly error: NodeJS.ErrnoException
  /** How many files and links were in their places already, and stay there. */
  readonly moved: number
  readonly of: number
}

/** Below `into`; `undefined`: all of it was done. */
export function carryOut(copies: readonly Copy[], into: string, move = renameSync): Refused | undefined {
  const attempt: Attempt = { madeFolders: [], staged: new Map() }
  let moved = 0
  try {
    for (const copy of copies) stage(copy, into, attempt)
    for (const [place, fresh] of attempt.staged) {
      move(fresh, place)
      moved++
    }
    return undefined
  } catch (error) {
    takeBack(attempt)
    if (!isSystemError(error)) throw error
    return { error, moved, of: attempt.staged.size }
  }
}

/** What was done so far. */
interface Attempt {
  /** Outermost first. */
  readonly madeFolders: string[]
  /** By the place of each file, where it is written first. */
  readonly staged: Map<string, string>
}

function stage({ from, to, mode, link }: Copy, into: string, attempt: Attempt): void {
  const fresh = roomBeside(to, attempt)
  copyFileSync(from, fresh, constants.COPYFILE_EXCL)
  chmodSync(fresh, mode)
  if (link) symlinkSync(link.target, roomBeside(placeOf(into, link.at), attempt))
}

/** Where what belongs to `place` is written first. What dead processes left there is removed. */
function roomBeside(place: string, attempt: Attempt): string {
  makeFolders(dirname(place), attempt)
  for (const left of abandonedBeside(place)) rmSync(left, { recursive: true })
  const fresh = freshBeside(place)
  attempt.staged.set(place, fresh)
  return fresh
}

/** What is not there yet, so that everybody can go through it: whose umask a builder has is no matter of the machine's. */
function makeFolders(folder: string, attempt: Attempt): void {
  if (existsSync(folder)) return
  makeFolders(dirname(folder), attempt)
  mkdirSync(folder)
  attempt.madeFolders.push(folder)
  chmodSync(folder, 0o755)
}

function takeBack({ staged, madeFolders }: Attempt): void {
  for (const fresh of staged.values()) rmSync(fresh, { force: true })
  for (const folder of madeFolders.toReversed()) removeIfEmpty(folder)
}

/** What was moved to its place keeps its folder. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch (error) {
    if (!isSystemError(error)) throw error
  }
}
