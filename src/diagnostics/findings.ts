/** The list that a run's findings are collected in. */
import { type Code, entryOf } from './catalogue/index.ts'
import type { Acceptance, Diagnostic, Finding, Judge, Report } from './diagnostic.ts'
import type { Severity } from './severity.ts'

export class Findings {
  #diagnostics: Diagnostic[] = []
  #acceptances: readonly Acceptance[] = []
  /** By code, and of one entity by code and place as well: several where all of them have a file. */
  #byPlace: ReadonlyMap<string, readonly Acceptance[]> = new Map()
  readonly #used = new Set<Acceptance>()

  /** Bound, so that it can be handed to a stage as it is. */
  readonly report: Report = (code: Code, finding: Finding, severity?: Severity): void => {
    this.judge(code, finding, severity)
  }

  /** Bound like `report`; for rules, which go on after what is accepted. */
  readonly judge: Judge = (code: Code, finding: Finding, severity?: Severity) => {
    const entry = entryOf(code)
    const effect = entry.effect === undefined ? {} : { effect: entry.effect }
    const { unless = [], ...said } = finding
    if (unless.some((pointer) => this.#isRefused(pointer))) return severity ?? entry.severity
    const diagnostic = this.#judged({ ...effect, ...said, code, severity: severity ?? entry.severity })
    this.#diagnostics.push(diagnostic)
    return diagnostic.severity
  }

  /** A finding of another list, as it was judged there. */
  repeat(diagnostic: Diagnostic): void {
    this.#diagnostics.push(diagnostic)
  }

  /** What the user accepts, of what was reported and of what will be. */
  accept(acceptances: readonly Acceptance[]): void {
    this.#acceptances = acceptances
    const byPlace = new Map<string, Acceptance[]>()
    for (const acceptance of acceptances)
      for (const key of placesOf(acceptance)) byPlace.set(key, [...(byPlace.get(key) ?? []), acceptance])
    this.#byPlace = byPlace
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

  /** Whether what the manifest has at `pointer`, or below, does not conform to its schema, or names what is not there. */
  #isRefused(pointer: string): boolean {
    return this.#diagnostics.some(
      ({ code, severity, at }) =>
        /^(MAN|REF)-/.test(code) &&
        severity === 'error' &&
        at.kind === 'manifest' &&
        (at.pointer === pointer || at.pointer.startsWith(`${pointer}/`)),
    )
  }

  /** A domain's own word goes before that for all. */
  #judged(diagnostic: Diagnostic): Diagnostic {
    const { code, at } = diagnostic
    const places = at.kind === 'manifest' ? withParents(at.pointer) : at.kind === 'file' ? [at.file] : []
    const own = places.map((place) => this.#byPlace.get(keyOf(code, place))).find((acceptances) => acceptances)
    const acceptances = own ?? this.#byPlace.get(keyOf(code)) ?? []
    const [acceptance] = acceptances
    if (!acceptance) return diagnostic
    for (const one of acceptances) this.#used.add(one)
    return { ...diagnostic, severity: 'accepted', acceptance }
  }
}

const keyOf = (code: Code, place = ''): string => `${code} ${place}`

const placesOf = ({ code, below, file }: Acceptance): readonly string[] =>
  [below ?? '', ...(file === undefined ? [] : [file])].map((place) => keyOf(code, place))

/** `/a/b` and `/a`. */
function withParents(pointer: string): readonly string[] {
  const parts = pointer.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, parts.length - index).join('/'))
}
