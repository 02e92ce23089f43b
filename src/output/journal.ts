/** What a build is about to change, written down before the first change: a killed one cannot hide what it left. */
import { join } from 'node:path'
import type { Artifact } from '../emit/artifact.ts'
import { abandonedIn } from './claim.ts'
import { sha256 } from './compare.ts'
import type { OutputDisk } from './disk.ts'
import { listedOutputs, type RecordedOutput } from './record.ts'

const JOURNAL = 'journal.json'

/** Written in one go: half a journal is no JSON and counts as none, and then nothing was changed yet. */
export function writeJournal(claim: string, changed: readonly Artifact[], disk: OutputDisk): void {
  const outputs = changed.map(({ path, contents }) => ({ path, sha256: sha256(contents) }))
  disk.write(join(claim, JOURNAL), JSON.stringify({ version: 1, outputs }))
}

/** What killed builds may have put below `root`, by their journals. */
export const journalledOutputs = (root: string, abandoned: readonly string[]): readonly RecordedOutput[] =>
  abandoned.flatMap((name) => listedOutputs(root, `${name}/${JOURNAL}`))

/** Whether a build was killed after its first change below `root`, and none has succeeded since. */
export const wasCutOff = (root: string): boolean => journalledOutputs(root, abandonedIn(root)).length > 0
