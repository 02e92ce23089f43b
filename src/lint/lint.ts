/** Xen's rules over any tree: does it boot, release by release, and if not, why. */
import { checkView } from '../checks/xen/check-xen.ts'
import { readAsXen } from '../checks/xen/view.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { Findings } from '../diagnostics/findings.ts'
import type { Release } from '../xen/releases.ts'
import { contextOf, memoryOf } from './context.ts'
import { type LintInputs, readInputs } from './read.ts'
import type { LintRequest, LoadedAt } from './request.ts'
import { type Unknown, unknownsOf } from './unknown.ts'

/**
 * `fails`: Xen stops, or loses or overwrites something, because of an error among the findings. `undecided`: nothing of that kind was
 * found, and something that could be is not known. `boots`: everything was looked at.
 */
export type Verdict = 'boots' | 'fails' | 'undecided'

export interface ReleaseVerdict {
  readonly release: Release
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

/** Reads everything that `request` names, and judges it for each of its releases. */
export function lintTree(request: LintRequest): LintOutcome {
  const findings = new Findings()
  const inputs = readInputs(request, findings.report)
  if (!inputs) return { kind: 'unreadable', findings }
  return (
    strangersOf(request, inputs) ?? {
      kind: 'verdicts',
      verdicts: request.releases.map((r) => judge(request, inputs, r)),
    }
  )
}

/** Says that options are assumed, which the unknowns say better: only where a stock build lacks one that counts. */
const ASSUMED_OPTIONS = 'FDT-027'

function judge(request: LintRequest, inputs: LintInputs, release: Release): ReleaseVerdict {
  const view = readAsXen(contextOf(request, inputs, release))
  const found = new Findings()
  checkView(view, found.report)
  const findings = found.all.filter(({ code }) => code !== ASSUMED_OPTIONS)
  const unknowns = unknownsOf(view, findings)
  const isUndecided = unknowns.length > 0 || findings.some(({ undecided }) => undecided)
  const verdict = found.hasErrors ? 'fails' : isUndecided ? 'undecided' : 'boots'
  return { release, verdict, findings, unknowns }
}

/** Every release sees the same modules, so one is as good as another to ask. */
function strangersOf(request: LintRequest, inputs: LintInputs): LintOutcome | undefined {
  const [release] = request.releases
  if (release === undefined || inputs.files.length === 0) return undefined
  const view = readAsXen(contextOf(request, { ...inputs, files: [] }, release))
  const files = memoryOf(inputs.files, view).strangers.map(({ address, file }) => ({ address, path: file.path }))
  if (files.length === 0) return undefined
  return { kind: 'strangers', files, places: view.modules.flatMap(({ range }) => range?.base ?? []) }
}
