/** What an earlier run says it wrote. Its record is a file like any other: nothing in it is believed without a look. */
import { readFileSync } from 'node:fs'
import { isPlainPath, placeOf, whatIsAt } from './places.ts'

export interface RecordedOutput {
  readonly path: string
  /** Hex. */
  readonly sha256: string
  /** In bytes; a file of another size was changed, without a look at its contents. */
  readonly size?: number
}

/** A record; absent: nothing is there. */
export type EarlierRecord =
  | { readonly kind: 'outputs'; readonly outputs: readonly RecordedOutput[] }
  | { readonly kind: 'absent' }
  /** `reason` is a clause about the file. */
  | { readonly kind: 'unusable'; readonly reason: string }

/** Bytes of a record: some hundred for each of several ten thousand outputs. */
const LARGEST = 16 * 1024 * 1024

/**
 * What the record at `path` below `root` lists, without entries that no run could have written. Other tools write a build.json, too:
 * domforge's says by which tool it is.
 */
export const readRecord = (root: string, path: string): EarlierRecord => readList(root, path, isOfDomforge)

/** What a list that has no other use than ours names; none where there is no whole one. */
export const listedOutputs = (root: string, path: string): readonly RecordedOutput[] =>
  outputsOf(readList(root, path, () => true))

/** Those that are known. */
export const outputsOf = (record: EarlierRecord): readonly RecordedOutput[] =>
  record.kind === 'outputs' ? record.outputs : []

function readList(root: string, path: string, isOurs: (list: unknown) => boolean): EarlierRecord {
  const place = placeOf(root, path)
  const found = whatIsAt(place)
  if (!found?.isFile()) return { kind: 'absent' }
  if (found.size > LARGEST)
    return { kind: 'unusable', reason: `has ${found.size} bytes, more than any record of a build` }
  const list = parsed(readFileSync(place, 'utf8'))
  const listed = isOurs(list) ? listOf(list) : undefined
  if (!listed) return { kind: 'unusable', reason: 'is not a record of a build' }
  return { kind: 'outputs', outputs: listed.filter(isRecordedOutput) }
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

const isOfDomforge = (record: unknown): boolean =>
  typeof record === 'object' &&
  record !== null &&
  'tool' in record &&
  typeof record.tool === 'object' &&
  record.tool !== null &&
  'name' in record.tool &&
  record.tool.name === 'domforge'

const isRecordedOutput = (entry: unknown): entry is RecordedOutput =>
  typeof entry === 'object' &&
  entry !== null &&
  'path' in entry &&
  'sha256' in entry &&
  typeof entry.path === 'string' &&
  typeof entry.sha256 === 'string' &&
  (!('size' in entry) || typeof entry.size === 'number') &&
  isPlainPath(entry.path)
