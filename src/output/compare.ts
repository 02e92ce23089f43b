/** What an output folder holds, against what it should hold. Reads only. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync, type Stats } from 'node:fs'
import type { Artifact } from '../emit/artifact.ts'
import { type InputPlaces, isInput, isRealFile, placeOf, whatIsAt } from './places.ts'
import type { RecordedOutput } from './record.ts'
import { isSystemError } from './system-error.ts'

export interface Comparison {
  /** Not there at all. */
  readonly missing: readonly Artifact[]
  /** There, with other contents. */
  readonly different: readonly Artifact[]
  readonly unchanged: readonly Artifact[]
  /** Paths that earlier builds wrote and nothing makes any more, still as they were written. */
  readonly stale: readonly string[]
  /** Such paths whose contents were changed since. */
  readonly edited: readonly string[]
  /** Such paths, whether anything is there or not. */
  readonly obsolete: readonly string[]
}

/** `wanted` is the complete set, `recorded` what earlier builds say they wrote; `inputs` are never stale. */
export function compareOutputs(
  root: string,
  wanted: readonly Artifact[],
  recorded: readonly RecordedOutput[],
  inputs: InputPlaces,
): Comparison {
  const isThere = ({ path }: Artifact): boolean => foundAt(placeOf(root, path)) !== undefined
  const unchanged = wanted.filter((artifact) => hasContents(placeOf(root, artifact.path), bytesOf(artifact)))
  const others = wanted.filter((artifact) => !unchanged.includes(artifact))
  const obsolete = obsoletePaths(wanted, recorded)
  const found = obsolete.filter((path) => isRealFile(root, path) && !isInput(placeOf(root, path), inputs))
  const stale = found.filter((path) => isAsWritten(root, path, recorded))
  return {
    missing: others.filter((artifact) => !isThere(artifact)),
    different: others.filter(isThere),
    unchanged,
    stale,
    edited: found.filter((path) => !stale.includes(path)),
    obsolete,
  }
}

/** Whether the file at `path` has the contents that one of `recorded` says; read only where one has its size. */
export function isAsWritten(root: string, path: string, recorded: readonly RecordedOutput[]): boolean {
  const place = placeOf(root, path)
  const size = whatIsAt(place)?.size
  const own = recorded.filter((output) => output.path === path && (output.size ?? size) === size)
  if (own.length === 0) return false
  const hash = sha256OfFile(place)
  return own.some((output) => output.sha256 === hash)
}

function obsoletePaths(wanted: readonly Artifact[], recorded: readonly RecordedOutput[]): string[] {
  const current = new Set(wanted.map(({ path }) => path))
  return [...new Set(recorded.map(({ path }) => path))].filter((path) => !current.has(path))
}

const bytesOf = ({ contents }: Artifact): Buffer =>
  typeof contents === 'string' ? Buffer.from(contents, 'utf8') : Buffer.from(contents)

/** Nothing also where a file is in the place of a folder on the way. */
function foundAt(place: string): Stats | undefined {
  try {
    return whatIsAt(place)
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOTDIR') return undefined
    throw error
  }
}

function hasContents(place: string, contents: Buffer): boolean {
  const found = foundAt(place)
  return found?.isFile() === true && found.size === contents.length && readFileSync(place).equals(contents)
}

/** Read piece by piece: what was an output once may be a file of any size now. */
const PIECE = 1024 * 1024

function sha256OfFile(place: string): string {
  const hash = createHash('sha256')
  const file = openSync(place, 'r')
  try {
    const piece = Buffer.allocUnsafe(PIECE)
    for (let count = readSync(file, piece); count > 0; count = readSync(file, piece))
      hash.update(piece.subarray(0, count))
  } finally {
    closeSync(file)
  }
  return hash.digest('hex')
}

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')
