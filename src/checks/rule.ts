/**
 * Rules in tables, each with a code (dtc's checks.c is the model). A rule looks at a context, reports violations, and reports too if the context lacks what
 * it needs to know. It changes nothing.
 */
import type { Code } from '../diagnostics/catalogue/index.ts'
import type { Finding, Judge, Origin } from '../diagnostics/diagnostic.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import type { Severity } from '../diagnostics/severity.ts'

/** How a rule reports what it finds. */
export interface Verdict {
  /** The rule is violated: shown with the severity of its code. */
  violated(finding: Finding): void
  /** The rule is violated, or only may be, and the user may know better: shown as a warning. */
  doubtful(finding: Finding): void
  /** The rule is violated, unless Xen is a point release without the fault; which one it is is not known. Shown as a warning. */
  assumed(finding: Finding): void
  /** The rule cannot be decided from what is known: shown as a note, never silently passed. */
  undecided(at: Origin, why: string): void
}

/** A rule about a context. */
export interface Rule<Context> {
  readonly code: Code
  /**
   * Rules whose violation silences this one, which would only repeat them. Violations that the user accepts silence nothing, so this rule still has to
   * skip what it cannot judge.
   */
  readonly needs?: readonly Code[]
  check(context: Context, verdict: Verdict): void
}

/**
 * Runs the rules of a table, each once, in the order of the table, but after the rules that it needs. A rule is skipped if one that it needs was violated and
 * not accepted, or was itself skipped. Throws if a rule needs one that is not in the table, or that needs it in turn: a fault of the table.
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

/** Orders of tables: each table is run for every manifest. */
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

/** A table, being put in order. */
class Order<Context> {
  readonly rules: OrderedRule<Context>[] = []
  readonly #table: ReadonlyMap<Code, readonly Rule<Context>[]>
  readonly #states = new Map<Code, 'begun' | 'added'>()

  constructor(table: readonly Rule<Context>[]) {
    this.#table = byCode(table)
  }

  /** Adds all rules with that code, after those that they need. */
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
