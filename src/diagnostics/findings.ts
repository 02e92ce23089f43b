/** The list that a run's findings are collected in. */
import { type Code, catalogue } from './catalogue/index.ts'
import type { Acceptance, Diagnostic, Finding, Judge, Origin, Report } from './diagnostic.ts'
import type { Severity } from './severity.ts'

export class Findings {
  #diagnostics: Diagnostic[] = []
  #acceptances: readonly Acceptance[] = []
  readonly #used = new Set<Acceptance>()

  /** Bound, so that it can be handed to a stage as it is. */
  readonly report: Report = (code: Code, finding: Finding, severity?: Severity): void => {
    this.judge(code, finding, severity)
  }

  /** Bound like `report`; for rules, which go on after what is accepted. */
  readonly judge: Judge = (code: Code, finding: Finding, severity?: Severity) => {
    const entry = catalogue[code]
    const effect = entry.effect === undefined ? {} : { effect: entry.effect }
    const diagnostic = this.#judged({ ...effect, ...finding, code, severity: severity ?? entry.severity })
    this.#diagnostics.push(diagnostic)
    return diagnostic.severity
  }

  /** What the user accepts, of what was reported and of what will be. */
  accept(acceptances: readonly Acceptance[]): void {
    this.#acceptances = acceptances
    this.#diagnostics = this.#diagnostics.map((diagnostic) => this.#judged(diagnostic))
  }

  get all(): readonly Diagnostic[] {
    return this.#diagnostics
  }

  get hasErrors(): boolean {
    return this.#diagnostics.some((diagnostic) => diagnostic.severity === 'error')
  }

  /** Those that no finding was accepted for so far. */
  get unusedAcceptances(): readonly Acceptance[] {
    return this.#acceptances.filter((acceptance) => !this.#used.has(acceptance))
  }

  /** A domain's own word goes before that for all. */
  #judged(diagnostic: Diagnostic): Diagnostic {
    const fitting = this.#acceptances.filter(
      ({ code, below }) => code === diagnostic.code && isBelow(diagnostic.at, below),
    )
    const acceptance = fitting.find(({ below }) => below !== undefined) ?? fitting[0]
    if (!acceptance) return diagnostic
    this.#used.add(acceptance)
    return { ...diagnostic, severity: 'accepted', acceptance }
  }
}

function isBelow(at: Origin, parent: string | undefined): boolean {
  if (parent === undefined) return true
  return at.kind === 'manifest' && (at.pointer === parent || at.pointer.startsWith(`${parent}/`))
}
