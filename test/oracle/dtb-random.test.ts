/** Random typed trees, printed and compiled by dtc, against the writer. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printDts } from '../../src/devicetree/print/print-dts.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { deviceTree } from '../support/devicetree/arbitrary-tree.ts'
import { compiled, recoded } from './dtc.ts'

const sameBytes = (actual: Uint8Array, expected: Uint8Array): void =>
  expect(Buffer.from(actual).toString('latin1')).toBe(Buffer.from(expected).toString('latin1'))

describe('a random typed tree', () => {
  it('becomes the blob that dtc makes of its printed source', async () => {
    await fc.assert(
      fc.asyncProperty(deviceTree, fc.nat({ max: 100 }), async (tree, padding) => {
        const expected = await compiled(printDts(tree), '-b', String(tree.bootCpuid), '-p', String(padding))
        sameBytes(ok(writeDtb(tree, { padding })), expected)
      }),
      { numRuns: 300, endOnFailure: true },
    )
  })

  it('is, read from its blob and printed, the same blob again', async () => {
    await fc.assert(
      fc.asyncProperty(deviceTree, async (tree) => {
        const blob = ok(writeDtb(tree))
        sameBytes(await recoded(blob), blob)
        sameBytes(await compiled(printDts(ok(readDtb(blob))), '-b', String(tree.bootCpuid)), blob)
      }),
      { numRuns: 200, endOnFailure: true },
    )
  })
})
