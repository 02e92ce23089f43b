/** Random sources, through the parser and through dtc. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import type { DtResult } from '../../src/devicetree/problem.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { boardSource, pluginSource } from '../support/devicetree/arbitrary-source.ts'
import { dtc } from './dtc.ts'

const blobOf = (source: string, symbols: boolean): DtResult<Uint8Array> => {
  const parsed = parseDts(source, { file: 'random.dts', symbols })
  return parsed.ok ? writeDtb(parsed.value) : parsed
}

/** Both refuse a source, or both make the same blob of it. Counts the latter. */
async function compare(source: string, symbols: boolean): Promise<boolean> {
  const ours = blobOf(source, symbols)
  const theirs = await dtc(['-I', 'dts', '-O', 'dtb', ...(symbols ? ['-@'] : [])], source)
  const verdict = (refused: boolean, why: string): string => (refused ? `refused: ${why}` : 'accepted')
  if (ours.ok !== (theirs.status === 0)) {
    const why = ours.ok ? '' : ours.problems.map(({ message }) => message).join('; ')
    throw new Error(`parseDts ${verdict(!ours.ok, why)}, dtc ${verdict(theirs.status !== 0, theirs.errors)}`)
  }
  if (!ours.ok) return false
  expect(Buffer.from(ours.value).toString('latin1')).toBe(theirs.output.toString('latin1'))
  return true
}

describe.each([
  ['a tree', boardSource, false],
  ['a tree with symbols', boardSource, true],
  ['an overlay', pluginSource, false],
  ['an overlay with symbols', pluginSource, true],
] as const)('a random source of %s', (_, source, symbols) => {
  it('becomes the blob that dtc makes of it, or is refused by both', { timeout: 300_000 }, async () => {
    let accepted = 0
    let all = 0
    await fc.assert(
      fc.asyncProperty(source, async (text) => {
        all++
        if (await compare(text, symbols)) accepted++
      }),
      { numRuns: 200, endOnFailure: true },
    )
    process.stdout.write(`accepted ${accepted} of ${all}\n`)
    expect(accepted).toBeGreaterThan(all / 3)
  })
})
