/** Xen's rules over any tree: does it boot, release by release, and if not, why. */
import { checkView } from '../checks/xen/check-xen.ts'
import { readAsXen } from '../checks/xen/view.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { Findings } from '../diagnostics/findings.ts'
import { contextOf, memoryOf } from './context.ts'
import { type LintInputs, readInputs } from './read.ts'
import type { LintRequest, LoadedAt } from './request.ts'
import { type Unknown, unknownsOf } from './unknown.ts'
import { type JudgedXen, statementsIn, xensOf } from './xens.ts'

/**
 * `fails`: Xen stops, or loses or overwrites something, because of an error among the findings. `undecided`: nothing of that kind was
 * found, and something that could be is not known. `boots`: everything was looked at.
 */
export type Verdict = 'boots' | 'fails' | 'undecided'

export interface ReleaseVerdict {
  readonly xen: JudgedXen
  readonly verdict: Verdict
  readonly findings: readonly Diagnostic[]
  /** What would have to be known for a better verdict. */
  readonly unknowns: readonly Unknown[]
}

export type LintOutcome =
  | { readonly kind: 'verdicts'; readonly verdicts: readonly ReleaseVerdict[] }
  /** Files that cannot be read, or not as what they are named for. */
  | { readonly kind: 'unreadable'; readonly findings: Findings }
  /** Files at addresses where nothing in the tree points; `places` are where modules lie. */
  | { readonly kind: 'strangers'; readonly files: readonly LoadedAt[]; readonly places: readonly bigint[] }
  /** The files are of another Xen than the one asked for, or of one that domforge does not know. */
  | { readonly kind: 'another Xen'; readonly message: string }

/** Reads everything that `request` names, and judges it for each of its releases. */
export function lintTree(request: LintRequest): LintOutcome {
  const findings = new Findings()
  const inputs = readInputs(request, findings.report)
  if (!inputs) return { kind: 'unreadable', findings }
  const judged = xensOf(request.releases, statementsIn(inputs))
  if (typeof judged === 'string') return { kind: 'another Xen', message: judged }
  const [first] = judged
  return (
    strangersOf(request, inputs, first) ?? {
      kind: 'verdicts',
      verdicts: judged.map((xen) => judge(request, inputs, xen)),
    }
  )
}

/** Says that options are assumed, which the unknowns say better: only where a stock build lacks one that counts. */
const ASSUMED_OPTIONS = 'FDT-027'

function judge(request: LintRequest, inputs: LintInputs, xen: JudgedXen): ReleaseVerdict {
  const view = readAsXen(contextOf(request, inputs, xen))
  const found = new Findings()
  checkView(view, found.judge)
  const findings = found.all.filter(({ code }) => code !== ASSUMED_OPTIONS)
  const unknowns = unknownsOf(view, findings)
  const isUndecided = unknowns.length > 0 || findings.some(({ undecided }) => undecided)
  const verdict = found.hasErrors ? 'fails' : isUndecided ? 'undecided' : 'boots'
  return { xen, verdict, findings, unknowns }
}

/** Every release sees the same modules, so one is as good as another to ask. */
function strangersOf(request: LintRequest, inputs: LintInputs, xen: JudgedXen): LintOutcome | undefined {
  if (inputs.files.length === 0) return undefined
  const view = readAsXen(contextOf(request, { ...inputs, files: [] }, xen))
  const files = memoryOf(inputs.files, view).strangers.map(({ address, file }) => ({ address, path: file.path }))
  if (files.length === 0) return undefined
  return { kind: 'strangers', files, places: view.modules.flatMap(({ range }) => range?.base ?? []) }
}
