import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printDts } from '../../src/devicetree/print/print-dts.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { interruptsOf } from '../../src/devicetree/readings/interrupts.ts'
import { aliases, stdoutPath } from '../../src/devicetree/readings/paths.ts'
import { translatedReg } from '../../src/devicetree/readings/translate.ts'
import { indexTree } from '../../src/devicetree/readings/tree-index.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { cpuTimer } from '../support/cpu-time.ts'
import { damagedBlob } from '../support/devicetree/arbitrary-damage.ts'
import { machine } from '../support/devicetree/machine.ts'

/** Everything that may be done with bytes of unknown origin; returns whether they were a tree. */
function useAll(blob: Uint8Array): boolean {
  const read = readDtb(blob, 'hostile.dtb')
  if (!read.ok) {
    expect(read.problems[0]?.message).not.toBe('')
    return false
  }
  const tree = indexTree(read.value.root)
  stdoutPath(tree)
  aliases(tree)
  for (const found of tree.places) {
    translatedReg(found)
    interruptsOf(tree, found)
  }
  printDts(read.value)
  const written = writeDtb(read.value)
  if (written.ok) expect(readDtb(written.value).ok).toBe(true)
  return true
}

/** Of CPU time. */
const MILLISECONDS_PER_BLOB = 1000

describe('damaged blobs', { timeout: 60_000 }, () => {
  it('never make anything throw or hang', () => {
    let trees = 0
    fc.assert(
      fc.property(damagedBlob, (damaged) => {
        const elapsed = cpuTimer()
        if (useAll(damaged)) trees++
        expect(elapsed()).toBeLessThan(MILLISECONDS_PER_BLOB)
      }),
      { numRuns: 2000 },
    )
    expect(trees).toBeGreaterThan(100)
  })

  it('are refused when only the header is sound', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const header = Buffer.from(ok(writeDtb(machine)).subarray(0, 56))
        expect(useAll(Buffer.concat([header, noise]))).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('are not damaged to begin with', () => {
    expect(useAll(ok(writeDtb(machine)))).toBe(true)
  })
})
