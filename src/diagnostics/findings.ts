/** The list that a run's findings are collected in. */
import { type Code, catalogue } from './catalogue/index.ts'
import type { Diagnostic, Finding, Report } from './diagnostic.ts'
import type { Severity } from './severity.ts'

export class Findings {
  readonly #diagnostics: Diagnostic[] = []

  /** Bound, so that it can be handed to a stage as it is. */
  readonly report: Report = (code: Code, finding: Finding, severity?: Severity) => {
    const entry = catalogue[code]
    const effect = entry.effect === undefined ? {} : { effect: entry.effect }
    this.#diagnostics.push({ ...effect, ...finding, code, severity: severity ?? entry.severity })
  }

  get all(): readonly Diagnostic[] {
    return this.#diagnostics
  }

  get hasErrors(): boolean {
    return this.#diagnostics.some((diagnostic) => diagnostic.severity === 'error')
  }
}
