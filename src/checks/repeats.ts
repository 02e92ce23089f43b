/** Findings about a device that only say again what was found when it was planned: it is planned whatever stands in its way, so that one run says all else. */
import type { Code } from '../diagnostics/catalogue/index.ts'
import type { Diagnostic, Judge, Origin } from '../diagnostics/diagnostic.ts'

/** By code: those that say the same of a device, with what to do about it. */
const SAID_BY: Partial<Record<Code, readonly Code[]>> = {
  'PT-010': ['PT-042'],
  'PT-015': ['PT-042'],
  'PT-016': ['PT-042'],
  'PT-017': ['DEV-009'],
  'PT-032': ['PT-044', 'PT-045'],
}

/** Passes findings on, but for those that repeat one of `known` about the same device. */
export function withoutRepeats(known: readonly Diagnostic[], report: Judge): Judge {
  const said = new Set(known.map(({ code, at }) => keyOf(code, at)))
  return (code, finding, severity) =>
    SAID_BY[code]?.some((first) => said.has(keyOf(first, finding.at))) ? 'accepted' : report(code, finding, severity)
}

const keyOf = (code: Code, at: Origin): string => `${code} ${JSON.stringify(deviceAt(at))}`

/** The entry of `passthrough` that a finding is about, or the line of the user's own tree. */
const deviceAt = (at: Origin): string | Origin =>
  at.kind === 'manifest' ? (/^\/domains\/[^/]+\/passthrough\/[^/]+/.exec(at.pointer)?.[0] ?? at.pointer) : at
