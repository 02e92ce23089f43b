/** What a run would do to the lock file. */
import { compareLock, type LockState } from '../output/lock-file.ts'
import type { Outcome } from '../pipeline.ts'

export const lockState = ({ lock }: Outcome): LockState =>
  lock?.text === undefined ? 'same' : compareLock(lock.file, lock.text)
