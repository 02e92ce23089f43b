/**
 * Puts artefacts into the output folder: all into a staging folder first, then each to its place, the build record last. Until the first
 * file moves nothing has changed; the record is the commit point, so a folder whose files do not match it was cut off.
 */
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { inFile, type Report } from '../diagnostics/diagnostic.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import type { Artifact } from '../emit/artifact.ts'
import { inputAt, isFreePlace, isPlainPath, placeOf, shown, whatIsAt } from './places.ts'
import { recordedOutputs } from './record.ts'
import { remove, staleOutputs } from './stale.ts'

export interface OutputRequest {
  /** As the user wrote it; made if it is not there. */
  readonly folder: string
  readonly artifacts: readonly Artifact[]
  /** The build record that lists them. */
  readonly record: Artifact
  /** Absolute paths of files that no output may replace. */
  readonly inputs: readonly string[]
}

/** What happened to each path below the output folder. */
export interface WrittenOutputs {
  /** In the order of the artefacts, the record last. */
  readonly written: readonly string[]
  /** Had these contents already; their time stamps stay. */
  readonly unchanged: readonly string[]
  /** Outputs of an earlier run that are none any more. */
  readonly removed: readonly string[]
}

/** Writes everything, or reports why it cannot and leaves the outputs as they were. */
export function writeOutputs(request: OutputRequest, report: Report): WrittenOutputs | undefined {
  const bad = [...request.artifacts, request.record].find(({ path }) => !isPlainPath(path))
  if (bad) throw new InternalError(`an artefact at '${bad.path}'`)
  try {
    mkdirSync(request.folder, { recursive: true })
    return writeBelow(realpathSync(request.folder), request, report)
  } catch (error) {
    if (!isSystemError(error)) throw error
    report('OUT-001', {
      at: inFile(request.folder),
      message: `the output folder cannot be written: ${error.message}`,
      help: 'choose another folder with -o',
    })
    return undefined
  }
}

function writeBelow(root: string, request: OutputRequest, report: Report): WrittenOutputs | undefined {
  const { folder, artifacts, record, inputs } = request
  const all = [...artifacts, record]
  const usable = all.map(({ path }) => isUsable(root, folder, path, inputs, report))
  if (usable.includes(false)) return undefined
  const isUnchanged = (artifact: Artifact): boolean => hasContents(placeOf(root, artifact.path), bytesOf(artifact))
  const unchanged = all.filter(isUnchanged)
  const changed = all.filter((artifact) => !unchanged.includes(artifact))
  const current = new Set(all.map(({ path }) => path))
  const recorded = recordedOutputs(root, record.path)
  const removed = staleOutputs({ root, folder, recorded, current, inputs }, report)
  replace(root, changed, record, () => remove(root, removed))
  return { written: paths(changed), unchanged: paths(unchanged), removed }
}

const paths = (artifacts: readonly Artifact[]): string[] => artifacts.map(({ path }) => path)

function isUsable(root: string, folder: string, path: string, inputs: readonly string[], report: Report): boolean {
  if (!isFreePlace(root, folder, path, report)) return false
  if (inputAt(placeOf(root, path), inputs) === undefined) return true
  report('OUT-002', {
    at: inFile(shown(folder, path)),
    message: `${shown(folder, path)} is an input of this build, and would be replaced by an output`,
    help: 'choose another folder with -o',
  })
  return false
}

/** Stages `changed`, moves them into place, lets `tidy` run, and moves the record last. */
function replace(root: string, changed: readonly Artifact[], record: Artifact, tidy: () => void): void {
  const staging = mkdtempSync(join(root, '.domforge-'))
  try {
    changed.forEach((artifact, index) => {
      writeFileSync(join(staging, String(index)), artifact.contents)
    })
    const folders = new Set(changed.map(({ path }) => dirname(placeOf(root, path))))
    for (const folder of folders) {
      mkdirSync(folder, { recursive: true })
      accessSync(folder, constants.W_OK)
    }
    changed.forEach((artifact, index) => {
      if (artifact === record) tidy()
      renameSync(join(staging, String(index)), placeOf(root, artifact.path))
    })
    if (!changed.includes(record)) tidy()
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

const bytesOf = ({ contents }: Artifact): Buffer =>
  typeof contents === 'string' ? Buffer.from(contents, 'utf8') : Buffer.from(contents)

function hasContents(place: string, contents: Buffer): boolean {
  const found = whatIsAt(place)
  return found?.isFile() === true && found.size === contents.length && readFileSync(place).equals(contents)
}

/** What the operating system refuses, unlike a bug of ours. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && typeof error.syscall === 'string'
