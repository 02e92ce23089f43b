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
  const failed = new Set<Code>()
  for (const { code, needs = [], check } of inOrder(rules)) {
    if (needs.some((need) => failed.has(need))) failed.add(code)
    else check(context, verdictOn(code, report, failed))
  }
}

/** `failed` gets the code of a rule that is violated, unless the user accepts it. */
const verdictOn = (code: Code, report: Judge, failed: Set<Code>): Verdict => ({
  violated: (finding) => {
    if (report(code, finding) !== 'accepted') failed.add(code)
  },
  doubtful: (finding) => report(code, finding, 'warning'),
  assumed: (finding) => report(code, { ...finding, undecided: true }, 'warning'),
  undecided: (at, why) => report(code, { at, message: `not decided: ${why}`, undecided: true }, 'note'),
})

/** Of tables, which are run for every manifest. */
const orders = new WeakMap<readonly object[], readonly object[]>()

function inOrder<Context>(rules: readonly Rule<Context>[]): readonly Rule<Context>[] {
  const known = orders.get(rules)
  if (known) return known as readonly Rule<Context>[]
  const order = new Order(rules)
  for (const { code } of rules) order.add(code)
  orders.set(rules, order.rules)
  return order.rules
}

function byCode<Context>(rules: readonly Rule<Context>[]): ReadonlyMap<Code, readonly Rule<Context>[]> {
  const grouped = new Map<Code, Rule<Context>[]>()
  for (const rule of rules) {
    const same = grouped.get(rule.code)
    if (same) same.push(rule)
    else grouped.set(rule.code, [rule])
  }
  return grouped
}

/** A table with what each rule needs before it. */
class Order<Context> {
  readonly rules: Rule<Context>[] = []
  readonly #table: ReadonlyMap<Code, readonly Rule<Context>[]>
  readonly #states = new Map<Code, 'begun' | 'added'>()

  constructor(table: readonly Rule<Context>[]) {
    this.#table = byCode(table)
  }

  /** All rules with that code. */
  add(code: Code): void {
    const state = this.#states.get(code)
    if (state === 'begun') throw new InternalError(`rule ${code} needs itself`)
    if (state === 'added') return
    this.#states.set(code, 'begun')
    for (const rule of this.#named(code)) {
      for (const need of rule.needs ?? []) this.add(need)
      this.rules.push(rule)
    }
    this.#states.set(code, 'added')
  }

  #named(code: Code): readonly Rule<Context>[] {
    const rules = this.#table.get(code)
    if (!rules) throw new InternalError(`rule ${code} is needed and stands in no table`)
    return rules
  }
}
