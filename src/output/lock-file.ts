/** The lock file lies beside the manifest, and is written when everything else is in its place. */
import { readFileSync } from 'node:fs'
import type { Report } from '../diagnostics/diagnostic.ts'
import { replaceFile } from './replace-file.ts'

/** What `text` would change at `file`. */
export type LockState = 'same' | 'missing' | 'different'

/** The facts have read the file already, if there is one: what keeps it from being read was reported. */
export function compareLock(file: string, text: string): LockState {
  try {
    return readFileSync(file, 'utf8') === text ? 'same' : 'different'
  } catch {
    return 'missing'
  }
}

/**
 * Replaces the lock at `file` in one step; OUT-001 where that cannot be. A build that is killed before it has written the same outputs
 * as one that was not, and the next one writes the lock.
 */
export const writeLock = (file: string, text: string, report: Report): boolean =>
  replaceFile(file, text, 'lock file', report)
