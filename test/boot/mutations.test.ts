/**
 * Same tree, same verdict, for trees that nobody thought of: systems that boot are changed at random, linted and booted. What stops Xen or
 * loses something has a finding; what has none boots, and Xen and its guests say what the tree says. `npm run mutations` makes more of them.
 */
import { afterAll, describe, expect, inject, test } from 'vitest'
import { isRelease } from '../../src/xen/releases.ts'
import { builtXen } from '../debian/xen-build.ts'
import type { Judgement } from './mutations/judge.ts'
import { runMutations } from './mutations/run.ts'
import type { XenBuild } from './mutations/systems.ts'
import { agreementTable, codesSeen, described, isAgreement } from './mutations/table.ts'

const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)

const run = {
  seed: number('DOMFORGE_SEED', 3),
  from: number('DOMFORGE_FIRST', 0),
  count: number('DOMFORGE_RUNS', 24),
}

/** `4.20=XEN,CONFIG`, several with blanks between. */
function givenXens(words: string): readonly XenBuild[] {
  return words.split(' ').map((word) => {
    const [, release = '', xen = '', config = ''] = /^([^=]+)=([^,]+),(.+)$/.exec(word) ?? []
    if (!isRelease(release)) throw new Error(`DOMFORGE_XENS wants RELEASE=XEN,CONFIG, not ${word}`)
    return { release, xen, config }
  })
}

const given = process.env['DOMFORGE_XENS']
const xens = given ? givenXens(given).map(({ release }) => release) : inject('xens')
const buildOf = async (release: string): Promise<XenBuild> => {
  const own = given ? givenXens(given).find((one) => one.release === release) : undefined
  const source = inject('xens').find((one) => one === release)
  if (own) return own
  if (source) return builtXen(source)
  throw new Error(`there is no Xen ${release}`)
}

const results = new Map<string, readonly Judgement[]>()
afterAll(() => {
  process.stdout.write(`\n${agreementTable(results)}\n${codesSeen(results)}\n`)
})

describe('changed trees', { timeout: 24 * 3_600_000 }, () => {
  test.each(xens)(`are judged by the rules as by Xen %s, ${run.count} of seed ${run.seed}`, async (release) => {
    const judgements = await runMutations(await buildOf(release), run)
    results.set(release, judgements)
    expect(judgements.filter((one) => !isAgreement(one)).map((one) => described(release, one))).toEqual([])
  })
})
