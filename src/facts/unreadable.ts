/** What is said about files that cannot be read. */
import { atValue, type Report } from '../diagnostics/diagnostic.ts'
import type { FileReference } from '../model/system-model.ts'
import type { Unreadable } from './disk.ts'

/** One finding for a file, at the first place that names it; `references` are all of them. */
export function reportUnreadable(references: readonly FileReference[], file: Unreadable, report: Report): undefined {
  const [first, ...others] = references
  if (!first) return
  report(file.why === 'no file' ? 'REF-011' : 'REF-010', {
    at: atValue(first.pointer),
    message: `${first.path} ${file.reason}`,
    ...(file.why === 'missing' ? { help: 'paths are relative to the folder of the manifest' } : {}),
    related: others.map(({ pointer }) => ({ at: atValue(pointer), message: 'also named here' })),
  })
}
