/** What earlier builds say they wrote below an output folder: the last whole one in its record, killed ones in their journals. */
import { journalledOutputs } from './journal.ts'
import { type EarlierRecord, outputsOf, type RecordedOutput, readRecord } from './record.ts'

export interface EarlierOutputs {
  readonly recordPath: string
  readonly record: EarlierRecord
  /** A path may be there several times: each says contents that it may have. */
  readonly outputs: readonly RecordedOutput[]
}

/** `abandoned`: names of the folders that killed builds left below `root`. */
export function earlierOutputs(root: string, recordPath: string, abandoned: readonly string[]): EarlierOutputs {
  const record = readRecord(root, recordPath)
  return { recordPath, record, outputs: [...outputsOf(record), ...journalledOutputs(root, abandoned)] }
}
