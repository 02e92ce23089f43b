/**
 * A check is a named rule in a table (dtc's checks.c is the model): it looks at one context, reports violations, and says
 * so where the context does not hold what it needs. It changes nothing.
 */
import type { Code } from '../diagnostics/catalogue/index.ts'
import type { Finding, Judge, Origin } from '../diagnostics/diagnostic.ts'
import { InternalError } from '../diagnostics/internal-error.ts'

export interface Verdict {
  violated(finding: Finding): void
  /** Violated where the user goes past domforge on purpose: shown as a warning. */
  doubtful(finding: Finding): void
  /** Violated unless Xen is a newer point release than the worst of its branch, which is not known: shown as a warning. */
  assumed(finding: Finding): void
  /** The rule cannot be decided from what is known: shown as a note, never silently passed. */
  undecided(at: Origin, why: string): void
}

export interface Rule<Context> {
  readonly code: Code
  /**
   * Rules that must have passed, else this one says nothing: it would only repeat them. A violation that the user accepts hides
   * nothing, so a rule has to leave out by itself what it cannot judge.
   */
  readonly needs?: readonly Code[]
  check(context: Context, verdict: Verdict): void
}

/**
 * Runs a table of rules, each once: those that a rule needs before it, wherever they stand, and otherwise in order. A rule whose
 * prerequisite was violated without being accepted, or could not be looked at for the same reason, says nothing. That a prerequisite
 * is in no table, or needs the rule itself, is a fault of the tables.
 */
export function runRules<Context>(rules: readonly Rule<Context>[], context: Context, report: Judge): void {
  const run = new Run(rules, context, report)
  for (const { code } of rules) run.passes(code)
}

/** Of tables, which are run for every manifest. */
const named = new WeakMap<readonly object[], ReadonlyMap<Code, readonly object[]>>()

function byCode<Context>(rules: readonly Rule<Context>[]): ReadonlyMap<Code, readonly Rule<Context>[]> {
  const known = named.get(rules)
  if (known) return known as ReadonlyMap<Code, readonly Rule<Context>[]>
  const grouped = new Map<Code, Rule<Context>[]>()
  for (const rule of rules) {
    const same = grouped.get(rule.code)
    if (same) same.push(rule)
    else grouped.set(rule.code, [rule])
  }
  named.set(rules, grouped)
  return grouped
}

type State = 'running' | 'passed' | 'failed'

class Run<Context> {
  readonly #rules: ReadonlyMap<Code, readonly Rule<Context>[]>
  readonly #context: Context
  readonly #report: Judge
  readonly #states = new Map<Code, State>()

  constructor(rules: readonly Rule<Context>[], context: Context, report: Judge) {
    this.#rules = byCode(rules)
    this.#context = context
    this.#report = report
  }

  /** Whether all rules with that code were looked at, and none is violated but where the user accepts it. */
  passes(code: Code): boolean {
    const state = this.#states.get(code)
    if (state === 'running') throw new InternalError(`rule ${code} needs itself`)
    if (state !== undefined) return state === 'passed'
    this.#states.set(code, 'running')
    const passed = this.#named(code).map((rule) => this.#check(rule))
    const isPassed = !passed.includes(false)
    this.#states.set(code, isPassed ? 'passed' : 'failed')
    return isPassed
  }

  #named(code: Code): readonly Rule<Context>[] {
    const rules = this.#rules.get(code)
    if (!rules) throw new InternalError(`rule ${code} is needed and stands in no table`)
    return rules
  }

  #check({ code, needs = [], check }: Rule<Context>): boolean {
    if (needs.map((need) => this.passes(need)).includes(false)) return false
    let passed = true
    check(this.#context, {
      violated: (finding) => {
        if (this.#report(code, finding) !== 'accepted') passed = false
      },
      doubtful: (finding) => this.#report(code, finding, 'warning'),
      assumed: (finding) => this.#report(code, { ...finding, undecided: true }, 'warning'),
      undecided: (at, why) => this.#report(code, { at, message: `not decided: ${why}`, undecided: true }, 'note'),
    })
    return passed
  }
}
