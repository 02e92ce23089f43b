/** What an earlier run says it wrote. Its record is a file like any other: nothing in it is believed without a look. */
import { readFileSync } from 'node:fs'
import { isPlainPath, placeOf, whatIsAt } from './places.ts'

export interface RecordedOutput {
  readonly path: string
  /** Hex. */
  readonly sha256: string
}

/** The outputs that the record at `path` lists, without entries that no run could have written; none where there is no such record. */
export function recordedOutputs(root: string, path: string): readonly RecordedOutput[] {
  const place = placeOf(root, path)
  if (!whatIsAt(place)?.isFile()) return []
  const record = parsed(readFileSync(place, 'utf8'))
  return (listOf(record) ?? []).filter(isRecordedOutput)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const listOf = (record: unknown): readonly unknown[] | undefined =>
  typeof record === 'object' && record !== null && 'outputs' in record && Array.isArray(record.outputs)
    ? record.outputs
    : undefined

const isRecordedOutput = (entry: unknown): entry is RecordedOutput =>
  typeof entry === 'object' &&
  entry !== null &&
  'path' in entry &&
  'sha256' in entry &&
  typeof entry.path === 'string' &&
  typeof entry.sha256 === 'string' &&
  isPlainPath(entry.path)
