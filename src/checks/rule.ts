/**
 * A check is a named rule in a table (dtc's checks.c is the model): it looks at one context, reports violations, and says
 * so where the context does not hold what it needs. It changes nothing.
 */
import type { Code } from '../diagnostics/catalogue/index.ts'
import type { Finding, Judge, Origin } from '../diagnostics/diagnostic.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import type { Severity } from '../diagnostics/severity.ts'

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
  let looked: Code
  const verdict = verdictOf(
    (finding, severity) => report(looked, finding, severity),
    () => failed.add(looked),
  )
  for (const { code, needs, check } of inOrder(rules)) {
    looked = code
    if (failed.size > 0 && needs.some((need) => failed.has(need))) failed.add(code)
    else check(context, verdict)
  }
}

/** `fail`: the rule is violated, and the user does not accept it. */
const verdictOf = (report: (finding: Finding, severity?: Severity) => Severity, fail: () => void): Verdict => ({
  violated: (finding) => {
    if (report(finding) !== 'accepted') fail()
  },
  doubtful: (finding) => report(finding, 'warning'),
  assumed: (finding) => report({ ...finding, undecided: true }, 'warning'),
  undecided: (at, why) => report({ at, message: `not decided: ${why}`, undecided: true }, 'note'),
})

type OrderedRule<Context> = Required<Rule<Context>>

/** Of tables, which are run for every manifest. */
const orders = new WeakMap<readonly object[], readonly object[]>()

function inOrder<Context>(rules: readonly Rule<Context>[]): readonly OrderedRule<Context>[] {
  const known = orders.get(rules)
  if (known) return known as readonly OrderedRule<Context>[]
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
  readonly rules: OrderedRule<Context>[] = []
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
    for (const { needs = [], check } of this.#named(code)) {
      for (const need of needs) this.add(need)
      this.rules.push({ code, needs, check })
    }
    this.#states.set(code, 'added')
  }

  #named(code: Code): readonly Rule<Context>[] {
    const rules = this.#table.get(code)
    if (!rules) throw new InternalError(`rule ${code} is needed and is in no table`)
    return rules
  }
}
