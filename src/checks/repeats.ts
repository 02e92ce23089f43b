/**
 * Findings about devices that repeat what was found when the device was planned. Planning goes on after such findings, so that one run reports all others too;
 * the rules of Xen then meet the same device.
 */
import type { Code } from '../diagnostics/catalogue/index.ts'
import type { Diagnostic, Judge, Origin } from '../diagnostics/diagnostic.ts'

/** Codes of planning that say the same about a device, and what to do about it, by the code that would repeat them. */
const SAID_BY: Partial<Record<Code, readonly Code[]>> = {
  'PT-010': ['PT-042'],
  'PT-015': ['PT-042'],
  'PT-016': ['PT-042'],
  'PT-017': ['DEV-009'],
  'PT-032': ['PT-044', 'PT-045'],
}

/** Like `report`, but without findings that repeat one of `known` about the same device. */
export function withoutRepeats(known: readonly Diagnostic[], report: Judge): Judge {
  const said = new Set(known.map(({ code, at }) => keyOf(code, at)))
  return (code, finding, severity) =>
    SAID_BY[code]?.some((first) => said.has(keyOf(first, finding.at))) ? 'accepted' : report(code, finding, severity)
}

const keyOf = (code: Code, at: Origin): string => `${code} ${JSON.stringify(deviceAt(at))}`

/** The entry of `passthrough` that a finding is about, or the line of the user's own tree. */
const deviceAt = (at: Origin): string | Origin =>
  at.kind === 'manifest' ? (/^\/domains\/[^/]+\/passthrough\/[^/]+/.exec(at.pointer)?.[0] ?? at.pointer) : at
