/** The last line of what people read. */
import type { Diagnostic, Severity } from '../diagnostic.ts'

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note']

/** `2 errors, 1 warning`, or `no findings`. */
export function summary(diagnostics: readonly Pick<Diagnostic, 'severity'>[]): string {
  const parts = SEVERITIES.flatMap((severity) => {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`]
  })
  return parts.length === 0 ? 'no findings' : parts.join(', ')
}
