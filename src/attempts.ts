/**
 * What is wrong with a manifest besides what ends its run: where it does not say in a known word what everything else depends on, or something has no place,
 * each attempt supposes another answer, and what all of them find is wrong whatever the answer.
 */
import { assemble } from './assemble/assemble.ts'
import { checkAssembly } from './checks/check-assembly.ts'
import { foundByAll } from './diagnostics/agreement.ts'
import type { Diagnostic, Judge } from './diagnostics/diagnostic.ts'
import { Findings } from './diagnostics/findings.ts'
import type { Facts } from './facts/facts.ts'
import { planSystem } from './load/plan-system.ts'
import { SUPPOSED, supposedFacts, withoutWindow } from './load/supposed-ram.ts'
import type { SystemModel } from './model/system-model.ts'
import { RELEASES, type Release } from './xen/releases.ts'

/** Boards to try a system on that has no place on its own. */
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

/** What is wrong besides what has no place: what is found on each of the `boards`, whatever RAM they have, and was not `said`. */
export function reportWhateverTheRam(
  model: SystemModel,
  boards: readonly Facts[],
  findings: Findings,
  said: Said,
): void {
  const attempts = boards.map((supposed) => {
    const attempt = new Findings()
    attempt.accept(model.accept)
    const { all, judge } = new Said(attempt.judge)
    const plan = planSystem(withoutWindow(model), supposed, judge)
    if (plan) checkAssembly(assemble(plan), judge, [...findings.all, ...attempt.all])
    return [...all]
  })
  for (const [text, finding] of foundByAll(attempts, ([text]) => text))
    if (!said.all.has(text) && !text.includes(`"${SUPPOSED}`)) findings.judge(...finding)
}

/**
 * What is wrong besides the release, which is not known: what every release finds in the same words, and was not said. Where there is no place,
 * each release supposes one board, and the next release the next one: all of them are tried, but not all with each.
 */
export function reportWhateverTheRelease(
  findings: Findings,
  judge: (release: Release, attempt: Findings, suppose: Suppose) => void,
): void {
  const attempts = RELEASES.map((release, index) => {
    const oneBoard: Suppose = (facts, model) => {
      const boards = supposedFacts(facts, model)
      return boards.slice(index % boards.length).slice(0, 1)
    }
    const attempt = new Findings()
    // Rules ask what was refused before.
    for (const finding of findings.all) attempt.repeat(finding)
    judge(release, attempt, oneBoard)
    return attempt.all
  })
  const said = new Set(findings.all.map(unjudged))
  for (const finding of foundByAll(attempts, (found) => JSON.stringify(found)))
    if (!said.has(unjudged(finding))) findings.repeat(finding)
}

/** A finding apart from what the manifest accepts. */
const unjudged = ({ code, at, message }: Diagnostic): string => JSON.stringify([code, at, message])
