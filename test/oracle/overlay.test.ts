/** Overlays, applied by us and by fdtoverlay. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeviceTree } from '../../src/devicetree/model.ts'
import { applyOverlay } from '../../src/devicetree/overlay/apply-overlay.ts'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import type { DtResult } from '../../src/devicetree/problem.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { baseSource, overlaySource } from '../support/devicetree/arbitrary-overlay.ts'
import { recoded } from './dtc.ts'
import { fdtoverlay } from './fdtoverlay.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'overlay-'))
})
afterAll(() => rm(directory, { recursive: true }))

const parsed = (source: string): DeviceTree => ok(parseDts(source, { file: 'random.dts', symbols: true }))
const latin1 = (data: Uint8Array): string => Buffer.from(data).toString('latin1')

const applyAll = (base: DeviceTree, overlays: readonly DeviceTree[]): DtResult<DeviceTree> =>
  overlays.reduce<DtResult<DeviceTree>>((tree, overlay) => (tree.ok ? applyOverlay(tree.value, overlay) : tree), {
    ok: true,
    value: base,
  })

async function compare(base: DeviceTree, overlays: readonly DeviceTree[]): Promise<boolean> {
  const blobs = overlays.map((overlay) => ok(writeDtb(overlay)))
  const theirs = await fdtoverlay(directory, ok(writeDtb(base)), blobs)
  for (const variant of [overlays, blobs.map((blob) => ok(readDtb(blob)))]) {
    const ours = applyAll(base, variant)
    if (ours.ok !== (theirs !== undefined)) {
      const why = ours.ok ? '' : ours.problems.map(({ message }) => message).join('; ')
      throw new Error(`fdtoverlay ${theirs ? 'accepts' : 'refuses'}, applyOverlay ${ours.ok ? 'accepts' : why}`)
    }
    // libfdt appends names to the strings block, dtc collects them anew: both in the end through dtc.
    if (ours.ok && theirs) expect(latin1(ok(writeDtb(ours.value)))).toBe(latin1(await recoded(theirs)))
  }
  return theirs !== undefined
}

describe('random overlays', () => {
  it('make the tree that fdtoverlay makes, in its order, or are refused by both', { timeout: 300_000 }, async () => {
    let accepted = 0
    let all = 0
    await fc.assert(
      fc.asyncProperty(baseSource, fc.array(overlaySource, { minLength: 1, maxLength: 2 }), async (base, overlays) => {
        all++
        if (await compare(parsed(base), overlays.map(parsed))) accepted++
      }),
      { numRuns: 250, endOnFailure: true },
    )
    process.stdout.write(`accepted ${accepted} of ${all}\n`)
    expect(accepted).toBeGreaterThan(all / 2)
  })
})
