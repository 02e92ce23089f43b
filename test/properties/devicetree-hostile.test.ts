import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printDts } from '../../src/devicetree/print/print-dts.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { interruptsOf } from '../../src/devicetree/readings/interrupts.ts'
import { aliases, stdoutPath } from '../../src/devicetree/readings/paths.ts'
import { translatedReg } from '../../src/devicetree/readings/translate.ts'
import { indexTree } from '../../src/devicetree/readings/tree-index.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { deviceTree } from '../devicetree/arbitrary-tree.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { machine } from '../devicetree/machine.ts'

/** One step of damage, at a place given as a fraction of the blob. */
type Damage = (blob: Buffer) => Buffer
const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const TOKENS = [0, 1, 2, 3, 4, 9, 0xffffffff, 0x7fffffff, 0x80000000, 8, 0x100000]
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.tuple(place, fc.nat({ max: 255 })).map(([at, byte]) => (blob: Buffer) => {
    blob[Math.floor(at * blob.length)] = byte
    return blob
  }),
  fc.tuple(place, fc.constantFrom(...TOKENS)).map(([at, word]) => (blob: Buffer) => {
    if (blob.length >= 4) blob.writeUInt32BE(word, Math.floor((at * (blob.length - 3)) / 4) * 4)
    return blob
  }),
  fc.tuple(fc.nat({ max: 9 }), fc.constantFrom(...TOKENS)).map(([index, word]) => (blob: Buffer) => {
    if (blob.length >= 40) blob.writeUInt32BE(word, 4 * index)
    return blob
  }),
  place.map((at) => (blob: Buffer) => blob.subarray(0, Math.floor(at * blob.length))),
  fc.tuple(place, place, place).map(([from, to, at]) => (blob: Buffer) => {
    const aligned = [from, to, at].map((fraction) => Math.floor((fraction * blob.length) / 4) * 4)
    const [start = 0, end = 0, target = 0] = aligned
    blob.copy(blob, target, start, end)
    return blob
  }),
)

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

const MILLISECONDS_PER_BLOB = 1000

describe('damaged blobs', { timeout: 60_000 }, () => {
  it('never make anything throw or hang', () => {
    let trees = 0
    const blob = fc.oneof(
      fc.constant(ok(writeDtb(machine))),
      deviceTree.map((tree) => ok(writeDtb(tree))),
    )
    fc.assert(
      fc.property(blob, fc.array(damage, { minLength: 1, maxLength: 4 }), (sound, damages) => {
        const damaged = damages.reduce<Buffer>((before, step) => step(before), Buffer.from(sound))
        const start = performance.now()
        if (useAll(damaged)) trees++
        expect(performance.now() - start).toBeLessThan(MILLISECONDS_PER_BLOB)
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
