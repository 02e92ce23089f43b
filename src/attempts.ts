/**
 * What is wrong with a manifest besides what ends its run: where it does not say in a known word what everything else depends on, or something has no place,
 * each attempt supposes another answer, and what all of them find is wrong whatever the answer.
 */
import { assemble } from './assemble/assemble.ts'
import { checkAssembly } from './checks/check-assembly.ts'
import { foundByAll, SUPPOSED } from './diagnostics/agreement.ts'
import type { Code } from './diagnostics/catalogue/index.ts'
import { type Diagnostic, type Judge, member } from './diagnostics/diagnostic.ts'
import { Findings } from './diagnostics/findings.ts'
import { isInNothing, valueAt } from './diagnostics/pointer.ts'
import { type Facts, type FactsWithoutBoard, hasBoard } from './facts/facts.ts'
import { planSystem } from './load/plan-system.ts'
import { supposedFacts, withFilesAnywhere } from './load/supposed-ram.ts'
import type { Manifest } from './manifest/manifest.gen.ts'
import type { SystemModel } from './model/system-model.ts'
import type { SystemPlan } from './plan/system-plan.ts'
import type { SourceDocument } from './source/document.ts'
import { RELEASES, releaseOf } from './xen/releases.ts'
import { versionOfRelease } from './xen/version.ts'

/** Boards to try a system on that has no place on its own, or whose board is not known. */
export type Suppose = typeof supposedFacts

/** Hands findings on and keeps them as they were said. */
export class Said {
  /** By their text. */
  readonly all = new Map<string, Parameters<Judge>>()
  readonly judge: Judge

  constructor(judge: Judge) {
    this.judge = (...finding) => {
      this.all.set(JSON.stringify(finding), finding)
      return judge(...finding)
    }
  }
}

/** What is wrong besides what has no place, or the board that is not known: what is found on each board that `suppose` makes, and was not `said`. */
export function reportWhateverTheBoard(
  model: SystemModel,
  facts: Facts | FactsWithoutBoard,
  suppose: Suppose,
  findings: Findings,
  said: Said,
): void {
  const attempts = suppose(facts, model).map((supposed) => {
    const attempt = new Findings()
    attempt.accept(model.accept)
    const { all, judge } = new Said(attempt.judge)
    const plan = firstPlan(withFilesAnywhere(model), supposed, judge)
    if (plan) checkAssembly(assemble(plan), judge, [...findings.all, ...attempt.all])
    return [...all]
  })
  for (const [text, finding] of foundByAll(attempts, ([text]) => text)) {
    const isOfBoard = !hasBoard(facts) && OF_THE_BOARD.has(finding[0])
    if (!said.all.has(text) && !text.includes(SUPPOSED) && !isOfBoard) findings.judge(...finding)
  }
}

/** Of the first of `models` that has a place. */
function firstPlan([model, ...others]: readonly SystemModel[], board: Facts, judge: Judge): SystemPlan | undefined {
  return model && (planSystem(model, board, judge) ?? firstPlan(others, board, judge))
}

/** Codes about what a board has: nodes that the manifest names, firmware, memory for all domains. No board that is supposed has them. */
const OF_THE_BOARD: ReadonlySet<Code> = new Set([
  'CPU-002',
  'DOM-009',
  'DOM-039',
  'PT-009',
  'PT-021',
  'PT-041',
  'REF-022',
  'SCI-001',
])

/** Each of `manifests`, and where the release is not known, with each release that it may be of: as few as have all of both. */
export function withReleases(manifests: readonly Manifest[]): readonly Manifest[] {
  const [first] = manifests
  if (!first || isKnown(first.xen.release)) return manifests
  return RELEASES.flatMap((release, index) => {
    const manifest = manifests[index % manifests.length]
    return manifest ? [{ ...manifest, xen: { ...manifest.xen, release } }] : []
  })
}

const isKnown = (release: string): boolean => releaseOf(versionOfRelease(release)?.branch ?? '') !== undefined

/**
 * What is wrong besides what the manifest does not say: what `judge` finds in the same words with all `manifests`, and was not said. Where there is no place,
 * or no board, each of several manifests is tried on one board, and the next on the next one: all of them are tried, but not all with each.
 */
export function reportWhateverIsMeant(
  manifests: readonly Manifest[],
  source: SourceDocument,
  findings: Findings,
  judge: (manifest: Manifest, attempt: Findings, suppose: Suppose) => void,
): void {
  const attempts = manifests.map((manifest, index) => {
    const oneBoard: Suppose = (facts, model) => {
      const boards = supposedFacts(facts, model)
      return boards.slice(index % boards.length).slice(0, 1)
    }
    const attempt = new Findings()
    // Rules ask what was refused before.
    for (const finding of findings.all) attempt.repeat(finding)
    judge(manifest, attempt, manifests.length < 2 ? supposedFacts : oneBoard)
    return attempt.all
  })
  const said = new Set(findings.all.map(unjudged))
  const codes = unanswered(source.value)
  for (const finding of foundByAll(attempts, (found) => JSON.stringify(found))) {
    const text = unjudged(finding)
    const isAboutNothing = finding.at.kind === 'manifest' && isInNothing(finding.at.pointer, source.value)
    if (!said.has(text) && !text.includes(SUPPOSED) && !isAboutNothing && !codes.has(finding.code))
      findings.repeat(finding)
  }
}

/** Codes that ask what `manifest` lacks: Xen's options, how files are loaded, or the options of a kernel. */
function unanswered(manifest: unknown): ReadonlySet<Code> {
  const domains = Object.keys(valueAt(manifest, '/domains') ?? {})
  const lacks = (pointer: string): boolean => isInNothing(member(pointer, 'image'), manifest)
  return new Set<Code>([
    ...(lacks('/xen') ? OF_XEN : []),
    ...(lacks('/boot/load') ? OF_BOOT : []),
    ...(domains.some((name) => lacks(`${member('/domains', name)}/kernel`)) ? OF_KERNELS : []),
  ])
}

const OF_XEN = ['ARG-001', 'ARG-003', 'D0-013', 'D0-016', 'D0-023', 'FDT-027', 'RES-010'] as const
const OF_BOOT = ['OUT-011', 'REF-028'] as const
const OF_KERNELS = ['DEV-006', 'VIO-030'] as const

/** A finding apart from what the manifest accepts. */
const unjudged = ({ code, at, message }: Diagnostic): string => JSON.stringify([code, at, message])
