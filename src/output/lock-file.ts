/** The lock file lies beside the manifest, or where --lock says. */
import { readFileSync } from 'node:fs'
import type { Report } from '../diagnostics/diagnostic.ts'
import { type StagedFile, stageSideFile } from './side-file.ts'

/** What `text` would change at `file`. */
export type LockState = 'same' | 'missing' | 'different'

/** The facts have read the file already, if there is one: what keeps it from being read was reported. */
export function compareLock(file: string, text: string): LockState {
  try {
    return asWritten(readFileSync(file, 'utf8')) === text ? 'same' : 'different'
  } catch {
    return 'missing'
  }
}

/** Without what git's `core.autocrlf` and editors of Windows make of a text: that is no change of what the lock says. */
const asWritten = (text: string): string => text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n')

/** The lock, staged; `undefined` after reporting why it cannot be written. */
export const stageLock = (file: string, text: string, report: Report): StagedFile | undefined =>
  stageSideFile(
    {
      file,
      text,
      what: 'lock file',
      help: 'name a place that can be written with --lock FILE, or use --frozen where it must not change',
    },
    report,
  )
