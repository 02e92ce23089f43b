/** The last line of what people read. */
import type { Diagnostic } from '../diagnostic.ts'
import type { Severity } from '../severity.ts'
import { arrange, type Locate, type Placed } from './arrange.ts'

/** The most severe first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note', 'accepted']

/** `2 errors, 1 warning`, or `no findings`: each once, however often it was reported. */
export const summary = (diagnostics: readonly Diagnostic[], locate: Locate): string =>
  counts(arrange(diagnostics, locate))

/** The same of findings that have been arranged. */
export function counts(placed: readonly Placed[]): string {
  const parts = SEVERITIES.flatMap((severity) => {
    const count = placed.filter(({ diagnostic }) => diagnostic.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}${count === 1 || severity === 'accepted' ? '' : 's'}`]
  })
  return parts.length === 0 ? 'no findings' : parts.join(', ')
}
