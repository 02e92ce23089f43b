/** Findings of several releases as one list. */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { ReleaseVerdict } from '../../lint/lint.ts'
import type { JudgedXen } from '../../lint/xens.ts'
import { RELEASES } from '../../xen/releases.ts'

/** Each finding once; one that not all releases have says which do. */
export function merged(verdicts: readonly ReleaseVerdict[]): readonly Diagnostic[] {
  const seen = new Map<string, { readonly finding: Diagnostic; readonly releases: JudgedXen[] }>()
  for (const { xen, findings } of verdicts)
    for (const finding of findings) {
      const key = JSON.stringify([finding.code, finding.at, finding.message])
      const known = seen.get(key)
      if (!known) seen.set(key, { finding, releases: [xen] })
      else if (!known.releases.includes(xen)) known.releases.push(xen)
    }
  return [...seen.values()].map(({ finding, releases }) =>
    releases.length === verdicts.length ? finding : { ...finding, message: `${finding.message} [${spans(releases)}]` },
  )
}

/** `4.17 to 4.19, 4.21`. */
export function spans(releases: readonly JudgedXen[]): string {
  const runs: JudgedXen[][] = []
  for (const xen of releases) {
    const last = runs.at(-1)
    const before = last?.at(-1)
    if (last && before && isNext(before, xen)) last.push(xen)
    else runs.push([xen])
  }
  return runs.map((run) => (run.length > 1 ? `${run[0]?.name} to ${run.at(-1)?.name}` : run[0]?.name)).join(', ')
}

/** Nothing lies between them: neither a release, nor a point release of one. */
const isNext = (a: JudgedXen, b: JudgedXen): boolean =>
  a.point === undefined || b.point === undefined
    ? a.point === b.point && RELEASES.indexOf(a.release) + 1 === RELEASES.indexOf(b.release)
    : a.release === b.release && a.point + 1 === b.point
