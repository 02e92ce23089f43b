/** Where outputs may go: real folders below the output folder, never an input, never through a link. */
import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join, posix, sep } from 'node:path'
import { inFile, type Report } from '../diagnostics/diagnostic.ts'
import { isSystemError } from './system-error.ts'

/** Whether `path` is a plain relative POSIX path: what an artefact, and a believable build record, has. */
export const isPlainPath = (path: string): boolean =>
  path !== '' &&
  !path.includes('\0') &&
  !path.includes('\\') &&
  !posix.isAbsolute(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')

/** The place of `path` below `root` on this machine. */
export const placeOf = (root: string, path: string): string => join(root, path.split('/').join(sep))

/** What is at `place`, without following a link; `undefined`: nothing. */
export function whatIsAt(place: string): Stats | undefined {
  return lstatSync(place, { throwIfNoEntry: false })
}

/** `path` and the folders on the way to it, outermost first: `a`, `a/b`, `a/b/c`. */
const steps = (path: string): readonly string[] =>
  path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'))

/** The folders that `path` lies in, from the output folder itself (`.`) inwards. */
export const foldersAbove = (path: string): readonly string[] => ['.', ...steps(path).slice(0, -1)]

/** Whether `path` leads through real folders to a real file. */
export const isRealFile = (root: string, path: string): boolean =>
  steps(path).every((step) => (step === path ? isFileAt(root, step) : isFolderAt(root, step)))

/** Whether `path` leads through real folders to one. */
export const isRealFolder = (root: string, path: string): boolean => steps(path).every((step) => isFolderAt(root, step))

const isFileAt = (root: string, path: string): boolean => whatIsAt(placeOf(root, path))?.isFile() === true
const isFolderAt = (root: string, path: string): boolean => whatIsAt(placeOf(root, path))?.isDirectory() === true

/** Whether everything on the way to `path` is a real folder or absent, and `path` itself a file or absent; reports what is not. */
export function isFreePlace(root: string, folder: string, path: string, report: Report): boolean {
  for (const step of steps(path)) {
    const found = whatIsAt(placeOf(root, step))
    if (!found) return true
    const problem = problemWith(found, step === path)
    if (!problem) continue
    report(found.isSymbolicLink() ? 'OUT-003' : 'OUT-001', {
      at: inFile(shown(folder, path)),
      message: `${shown(folder, step)} is ${problem}`,
      help: 'remove it, or choose another folder with -o',
    })
    return false
  }
  return true
}

function problemWith(found: Stats, isLast: boolean): string | undefined {
  if (found.isSymbolicLink()) return 'a symbolic link'
  if (isLast) return found.isFile() ? undefined : 'not a file'
  return found.isDirectory() ? undefined : 'not a folder'
}

/** What no output may replace: the inputs of a build, however their paths are written. */
export interface InputPlaces {
  /** Those that are there, by device and number: links and letter case deceive. */
  readonly files: ReadonlySet<string>
  /** Absolute paths, without links, of those that are made later. */
  readonly awaited: ReadonlySet<string>
}

/** `inputs`: absolute paths. */
export function placesOfInputs(inputs: readonly string[]): InputPlaces {
  const files = new Set<string>()
  const awaited = new Set<string>()
  for (const input of inputs) {
    const identity = identityOf(input)
    if (identity === undefined) awaited.add(withoutLinks(input))
    else files.add(identity)
  }
  return { files, awaited }
}

/** Whether an input is at `place` (absolute), or will be. */
export function isInput(place: string, { files, awaited }: InputPlaces): boolean {
  const identity = identityOf(place)
  if (identity !== undefined) return files.has(identity)
  return awaited.size > 0 && awaited.has(withoutLinks(place))
}

/** A path that leads nowhere, is too long, or goes through a folder that is closed to us leads to no file. */
function identityOf(place: string): string | undefined {
  try {
    const found = statSync(place, { bigint: true, throwIfNoEntry: false })
    return found && `${found.dev}:${found.ino}`
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}

/** `place` as it will be once it is there, as far as its folders are. */
function withoutLinks(place: string): string {
  try {
    return realpathSync(place)
  } catch (error) {
    if (!isSystemError(error)) throw error
    const folder = dirname(place)
    return folder === place ? place : join(withoutLinks(folder), basename(place))
  }
}

/** As the user knows the place. */
export const shown = (folder: string, path: string): string => posix.join(folder.split(sep).join('/'), path)
