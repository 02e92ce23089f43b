/** Changed trees against one Xen. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDirectory } from '../../debian/cache.ts'
import { inScratch } from '../system.ts'
import { type Judgement, judge, MUTANT } from './judge.ts'
import { goodSystems, type XenBuild } from './systems.ts'
import { described, isAgreement } from './table.ts'

export interface MutationRun {
  readonly seed: number
  /** Number of the first mutant. */
  readonly from: number
  readonly count: number
}

/** Says where the two disagree, and keeps the trees and the lines of those boots beside the logs of others. */
export const runMutations = (build: XenBuild, { seed, from, count }: MutationRun): Promise<readonly Judgement[]> =>
  inScratch(async (folder) => {
    const systems = await goodSystems(build, folder)
    const judgements: Judgement[] = []
    for (let index = from; index < from + count; index++) {
      const judgement = await judge(systems, seed, index, folder)
      judgements.push(judgement)
      if (!isAgreement(judgement)) tell(`${build.release}-${seed}-${index}`, judgement, build, folder)
    }
    return judgements
  })

function tell(name: string, judgement: Judgement, { release }: XenBuild, folder: string): void {
  const logs = join(cacheDirectory(), 'boot-logs')
  mkdirSync(logs, { recursive: true })
  writeFileSync(join(logs, `mutation-${name}.log`), judgement.lines.map((line) => `${line}\n`).join(''))
  copyFileSync(join(folder, MUTANT), join(logs, `mutation-${name}.dtb`))
  process.stdout.write(`${described(release, judgement)}\n`)
}
