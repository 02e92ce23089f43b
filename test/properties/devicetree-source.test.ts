import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { printDts } from '../../src/devicetree/print/print-dts.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { deviceTree } from '../support/devicetree/arbitrary-tree.ts'

/** The blob of printed source. Source cannot say which CPU boots. */
const reparsed = (source: string, bootCpuid: number): Uint8Array =>
  ok(writeDtb({ ...ok(parseDts(source, { file: 'printed.dts' })), bootCpuid }))

describe('printed source', { timeout: 60_000 }, () => {
  it('is parsed as the tree that was printed', () => {
    fc.assert(
      fc.property(deviceTree, (tree) => {
        const blob = Buffer.from(ok(writeDtb(tree)))
        expect(blob.equals(reparsed(printDts(tree), tree.bootCpuid))).toBe(true)
        expect(blob.equals(reparsed(printDts(ok(readDtb(blob))), tree.bootCpuid))).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('does not change by being printed again', () => {
    fc.assert(
      fc.property(deviceTree, (tree) => {
        const source = printDts(ok(readDtb(ok(writeDtb(tree)))))
        const again = ok(parseDts(source, { file: 'printed.dts' }))
        expect(printDts({ ...again, bootCpuid: tree.bootCpuid })).toBe(source)
      }),
      { numRuns: 100 },
    )
  })
})
