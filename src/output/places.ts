/** Where outputs may go: real folders below the output folder, never an input, never through a link. */
import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
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

/** The first of `inputs` (absolute paths) that is the same file as the one at `place`, by device and number: links and letter case deceive. */
export function inputAt(place: string, inputs: readonly string[]): string | undefined {
  const found = statusOf(place)
  return found && inputs.find((input) => isSameFile(found, input))
}

/** A path that leads nowhere, is too long, or goes through a folder that is closed to us is not that of an input. */
function statusOf(place: string): Stats | undefined {
  try {
    return statSync(place, { throwIfNoEntry: false })
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}

function isSameFile(found: Stats, input: string): boolean {
  try {
    const other = statSync(realpathSync(input))
    return other.dev === found.dev && other.ino === found.ino
  } catch {
    return false
  }
}

/** As the user knows the place. */
export const shown = (folder: string, path: string): string => posix.join(folder.split(sep).join('/'), path)
