/** Outputs of an earlier run that this one does not make any more. */
import { createHash } from 'node:crypto'
import { readFileSync, rmdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { inFile, type Report } from '../diagnostics/diagnostic.ts'
import { inputAt, placeOf, shown, whatIsAt } from './places.ts'
import type { RecordedOutput } from './record.ts'

export interface StaleSearch {
  /** Real path of the output folder. */
  readonly root: string
  /** The same as the user wrote it. */
  readonly folder: string
  readonly recorded: readonly RecordedOutput[]
  /** Paths that this run writes. */
  readonly current: ReadonlySet<string>
  /** Absolute paths. */
  readonly inputs: readonly string[]
}

/** Paths that may go: files that still are what the earlier run wrote. One that was changed since is kept and reported. */
export function staleOutputs({ root, folder, recorded, current, inputs }: StaleSearch, report: Report): string[] {
  return recorded
    .filter(({ path }) => !current.has(path) && isRealFile(root, path) && !inputAt(placeOf(root, path), inputs))
    .filter(({ path, sha256 }) => {
      if (
        createHash('sha256')
          .update(readFileSync(placeOf(root, path)))
          .digest('hex') === sha256
      )
        return true
      report('OUT-004', {
        at: inFile(shown(folder, path)),
        message: `${shown(folder, path)} is no output any more, and was changed since it was written`,
        help: 'remove it if it is not needed',
      })
      return false
    })
    .map(({ path }) => path)
}

/** Whether `path` leads through real folders to a real file. */
function isRealFile(root: string, path: string): boolean {
  const parts = path.split('/')
  const folders = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'))
  return (
    folders.every((folder) => whatIsAt(placeOf(root, folder))?.isDirectory()) &&
    whatIsAt(placeOf(root, path))?.isFile() === true
  )
}

/** Removes files below `root`, and the folders that become empty by it. */
export function remove(root: string, paths: readonly string[]): void {
  for (const path of paths) {
    rmSync(placeOf(root, path))
    for (let folder = dirname(path); folder !== '.' && isRemoved(placeOf(root, folder)); folder = dirname(folder));
  }
}

function isRemoved(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch {
    return false
  }
}
