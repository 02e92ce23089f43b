/**
 * A check is a named rule in a table (dtc's checks.c is the model): it looks at one context, reports violations, and says
 * so where the context does not hold what it needs. It changes nothing.
 */
import type { Code } from '../diagnostics/catalogue/index.ts'
import type { Finding, Origin, Report } from '../diagnostics/diagnostic.ts'

export interface Verdict {
  violated(finding: Finding): void
  /** The rule cannot be decided from what is known: shown as a note, never silently passed. */
  undecided(at: Origin, why: string): void
}

export interface Rule<Context> {
  readonly code: Code
  /** Rules that must have passed, else this one says nothing: it would only repeat them. */
  readonly needs?: readonly Code[]
  check(context: Context, verdict: Verdict): void
}

/** Runs a table of rules in order; each once. */
export function runRules<Context>(rules: readonly Rule<Context>[], context: Context, report: Report): void {
  const failed = new Set<Code>()
  for (const rule of rules) {
    if (rule.needs?.some((code) => failed.has(code))) continue
    rule.check(context, {
      violated: (finding) => {
        failed.add(rule.code)
        report(rule.code, finding)
      },
      undecided: (at, why) => report(rule.code, { at, message: `not decided: ${why}`, undecided: true }, 'note'),
    })
  }
}
