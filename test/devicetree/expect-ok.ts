import type { DtResult } from '../../src/devicetree/problem.ts'

/** The value of a result that must be good. */
export function ok<T>(result: DtResult<T>): T {
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'))
  return result.value
}

/** The messages of a result that must be bad, joined by newlines; throws on a good one. */
export function problemsOf<T>(result: DtResult<T>): string {
  if (result.ok) throw new Error('expected problems')
  return result.problems.map(({ message }) => message).join('\n')
}
