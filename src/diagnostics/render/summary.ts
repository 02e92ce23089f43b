/** The last line of what people read. */
import type { Diagnostic } from '../diagnostic.ts'
import type { Severity } from '../severity.ts'
import { arrange, type Locate } from './arrange.ts'

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note']

/** `2 errors, 1 warning`, or `no findings`: of what is shown, so that a repeated finding counts once. */
export function summary(diagnostics: readonly Diagnostic[], locate: Locate): string {
  const shown = arrange(diagnostics, locate).map(({ diagnostic }) => diagnostic)
  const parts = SEVERITIES.flatMap((severity) => {
    const count = shown.filter((diagnostic) => diagnostic.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`]
  })
  return parts.length === 0 ? 'no findings' : parts.join(', ')
}
