/**
 * Puts artefacts into the output folder so that a build that is cut off anywhere, even by a power cut, is never taken for a whole one:
 * stage all changed files, write a journal of them, move each to its place, remove stale ones, move the build record last. Before the
 * journal the old set is untouched. Afterwards the journal says that the folder is unfinished until the record agrees with the files,
 * and the next build, whichever system it makes, completes its own set and removes what the cut-off one left.
 *
 * Files are flushed before the journal, and folders before the record, so that no name can outlive the bytes that it stands for.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inFile, type Report } from '../diagnostics/diagnostic.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import type { Artifact } from '../emit/artifact.ts'
import { type Claim, claimMade } from './claim.ts'
import { type Comparison, compareOutputs } from './compare.ts'
import { type OutputDisk, realDisk } from './disk.ts'
import { type EarlierOutputs, earlierOutputs } from './earlier.ts'
import { foreignAmong, reportForeign } from './foreign.ts'
import { writeJournal } from './journal.ts'
import {
  foldersAbove,
  type InputPlaces,
  isFreePlace,
  isInput,
  isPlainPath,
  placeOf,
  placesOfInputs,
  shown,
} from './places.ts'
import type { StagedFile } from './side-file.ts'
import { removeStale } from './stale.ts'
import { isSystemError, whyNoFolder } from './system-error.ts'

export interface OutputRequest {
  /** As the user wrote it; made if it is not there. */
  readonly folder: string
  readonly artifacts: readonly Artifact[]
  /** The build record that lists them. */
  readonly record: Artifact
  /** Absolute paths of files that no output may replace. */
  readonly inputs: readonly string[]
  /** Whether files that are not as a build left them may be replaced, too; absent: no. */
  readonly replace?: boolean
  /**
   * The lock, where it changes. It comes after the record, and the journal goes after it: a build that is cut off in between is unfinished,
   * and the next one says again what moved.
   */
  readonly lock?: StagedFile
}

/** What happened to each path below the output folder. */
export interface WrittenOutputs {
  /** In the order of the artefacts, the record last. */
  readonly written: readonly string[]
  /** Had these contents already; their time stamps stay. */
  readonly unchanged: readonly string[]
  /** Outputs of an earlier run that are no longer made. */
  readonly removed: readonly string[]
}

/** Writes everything, or reports why it cannot and leaves the outputs as they were. */
export function writeOutputs(request: OutputRequest, report: Report, disk = realDisk): WrittenOutputs | undefined {
  const bad = [...request.artifacts, request.record].find(({ path }) => !isPlainPath(path))
  if (bad) throw new InternalError(`an artefact at '${bad.path}'`)
  const isNew = !existsSync(request.folder)
  try {
    const { root, claim } = claimMade(request.folder, disk)
    if ('place' in claim) {
      const outputs = writeBelow(root, claim, request, report, disk)
      if (!outputs && isNew) removeIfEmpty(root, disk)
      return outputs
    }
    report('OUT-005', {
      at: inFile(request.folder),
      message: `process ${claim.pid} is writing into ${request.folder}, and did not finish in time`,
      help: `wait for it, or choose another folder with -o; if that is not a build of domforge, remove ${shown(request.folder, claim.by)}`,
    })
  } catch (error) {
    if (!isSystemError(error)) throw error
    if (isNew) removeIfEmpty(request.folder, disk)
    report('OUT-001', {
      at: inFile(request.folder),
      message: `the output folder cannot be written: ${whyNoFolder(error)}`,
      help: 'choose another folder with -o, or repair this one and build again',
    })
  }
  return undefined
}

/** Nothing was written into a folder that was made for it: then nothing stays. */
function removeIfEmpty(folder: string, disk: OutputDisk): void {
  try {
    disk.removeFolder(folder)
  } catch (error) {
    if (!isSystemError(error)) throw error
  }
}

function writeBelow(
  root: string,
  claim: Claim,
  request: OutputRequest,
  report: Report,
  disk: OutputDisk,
): WrittenOutputs | undefined {
  const comparison = stage(root, claim, request, report, disk)
  if (!comparison) return undefined
  const { record } = request
  const changed = changedIn(comparison, request)
  changed.forEach((artifact, index) => {
    if (artifact !== record) moveInto(root, staged(claim, index), artifact.path, disk)
  })
  removeStale(root, comparison, disk)
  const folders = new Set([...changed.map(({ path }) => path), ...comparison.stale].flatMap(foldersAbove))
  for (const folder of folders) flushIfThere(placeOf(root, folder), disk)
  const last = changed.indexOf(record)
  if (last >= 0) {
    moveInto(root, staged(claim, last), record.path, disk)
    disk.flushFolder(root)
  }
  if (request.lock?.commit() === false) return undefined
  for (const name of claim.abandoned) disk.removeAll(join(root, name))
  disk.removeAll(claim.place)
  return { written: paths(changed), unchanged: paths(comparison.unchanged), removed: comparison.stale }
}

/** Everything up to the journal. Whatever goes wrong on the way, the outputs and the claims of others stay as they are. */
function stage(
  root: string,
  claim: Claim,
  request: OutputRequest,
  report: Report,
  disk: OutputDisk,
): Comparison | undefined {
  let isReady = false
  try {
    const all = [...request.artifacts, request.record]
    const inputs = placesOfInputs(request.inputs)
    const usable = all.filter(({ path }) => isUsable(root, path, request.folder, inputs, report))
    const earlier = earlierOutputs(root, request.record.path, claim.abandoned)
    const comparison = compareOutputs(root, all, earlier.outputs, inputs)
    const inTheWay = comparison.different.filter((artifact) => usable.includes(artifact))
    const foreign = request.replace ? [] : foreignAmong(root, paths(inTheWay), earlier)
    reportForeign(request.folder, foreign, report)
    for (const path of comparison.edited) reportEdited(request.folder, path, report)
    if (usable.length < all.length || foreign.length > 0) return undefined
    reportLostRecord(request, earlier, report)
    const changed = changedIn(comparison, request)
    if (changed.length > 0) {
      for (const [index, { contents }] of changed.entries()) disk.write(staged(claim, index), contents)
      writeJournal(claim.place, changed, disk)
      disk.flushFolder(claim.place)
      disk.flushFolder(root)
    }
    isReady = true
    return comparison
  } finally {
    if (!isReady) disk.removeAll(claim.place)
  }
}

function reportLostRecord(
  { folder, record }: OutputRequest,
  { record: earlier }: EarlierOutputs,
  report: Report,
): void {
  if (earlier.kind !== 'unusable') return
  report('OUT-009', {
    at: inFile(shown(folder, record.path)),
    message: `${shown(folder, record.path)} ${earlier.reason}: what an earlier build left is not known, and is not removed`,
    help: `remove files from ${folder}/ that this build does not list`,
  })
}

/** In the order of the artefacts, the record last. */
const changedIn = ({ unchanged }: Comparison, { artifacts, record }: OutputRequest): Artifact[] =>
  [...artifacts, record].filter((artifact) => !unchanged.includes(artifact))

const staged = (claim: Claim, index: number): string => join(claim.place, String(index))

function moveInto(root: string, from: string, path: string, disk: OutputDisk): void {
  const place = placeOf(root, path)
  disk.makeFolders(dirname(place))
  disk.move(from, place)
}

/** A folder may have gone with its last stale file. */
function flushIfThere(folder: string, disk: OutputDisk): void {
  try {
    disk.flushFolder(folder)
  } catch (error) {
    if (!(isSystemError(error) && error.code === 'ENOENT')) throw error
  }
}

const paths = (artifacts: readonly Artifact[]): string[] => artifacts.map(({ path }) => path)

function isUsable(root: string, path: string, folder: string, inputs: InputPlaces, report: Report): boolean {
  if (!isFreePlace(root, folder, path, report)) return false
  if (!isInput(placeOf(root, path), inputs)) return true
  report('OUT-002', {
    at: inFile(shown(folder, path)),
    message: `${shown(folder, path)} is an input of this build, but would be replaced by an output`,
    help: 'choose another folder with -o',
  })
  return false
}

const reportEdited = (folder: string, path: string, report: Report): void =>
  report('OUT-004', {
    at: inFile(shown(folder, path)),
    message: `${shown(folder, path)} is no longer an output, but was changed since it was written`,
    help: 'remove it if it is not needed',
  })
