/** What a run would do to the lock file. */
import { compareLock, type LockState } from '../output/lock-file.ts'
import type { Outcome } from '../pipeline.ts'

/** Entries that a build would take away (`- `) or put there (`+ `), sorted by name. */
export function lockChanges({ lock }: Outcome): readonly string[] {
  const before = new Set([...(lock?.before.entries ?? [])].map(([key, value]) => `${key}: ${value}`))
  const after = new Set((lock?.text ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#')))
  return [
    ...[...before].filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...[...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : Number(keyOf(one) > keyOf(other))))
}

/** Of a line of the above. */
const keyOf = (change: string): string => change.slice(2).split(': ')[0] ?? ''

export const lockState = ({ lock }: Outcome): LockState =>
  lock?.text === undefined ? 'same' : compareLock(lock.file, lock.text)
