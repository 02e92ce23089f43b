import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlacedImage } from '../../../src/checks/xen/kernel-image.ts'
import { BLOCK, placeKernel } from '../../../src/checks/xen/kernel-placement.ts'
import { bytes, guestPhys, isAligned, MiB, times } from '../../../src/units/quantities.ts'
import { contains, overlaps, range } from '../../../src/units/range.ts'

const bank = (mebibytes: number) => range(guestPhys(0x4000_0000n), times(mebibytes, MiB))
const image = (mebibytes: number, more: Partial<PlacedImage> = {}): PlacedImage => ({
  length: times(mebibytes, MiB),
  textOffset: 0n,
  start: 0n,
  bits: 64,
  ...more,
})
const companions = (ramdisk: number) => ({ tree: bytes(1), ramdisk: times(ramdisk, MiB), block: BLOCK })
const base = (offset: number) => guestPhys(0x4000_0000n + BigInt(offset) * MiB)

describe('places that Xen takes, in its order', () => {
  it('128 MiB behind the start where all fits there', () => {
    const placed = placeKernel(image(20), bank(256), companions(10))
    expect(placed).toEqual({ kernel: range(base(0), times(20, MiB)), treeAndRamdisk: range(base(128), times(12, MiB)) })
  })

  it('the end of the bank where it is small', () => {
    expect(placeKernel(image(20), bank(64), companions(10))).toMatchObject({ treeAndRamdisk: { base: base(52) } })
  })

  it('below the kernel where that is all there is', () => {
    const high = image(8, { start: 0x4000_0000n + 16n * MiB })
    expect(placeKernel(high, bank(24), companions(10))).toMatchObject({ treeAndRamdisk: { base: base(4) } })
  })

  it('none where it would fit exactly: the comparisons are strict', () => {
    expect(placeKernel(image(20), bank(32), companions(10))).toMatchObject({ fails: 'position' })
    expect(placeKernel(image(20), bank(33), companions(10))).toMatchObject({ treeAndRamdisk: { base: base(21) } })
    expect(placeKernel(image(20), bank(31), companions(10))).toMatchObject({ fails: 'room' })
  })

  it('32-bit kernels as high as possible below 128 MiB', () => {
    expect(placeKernel(image(5, { bits: 32 }), bank(512), companions(0))).toMatchObject({ kernel: { base: base(122) } })
    expect(placeKernel(image(9, { bits: 32 }), bank(8), companions(0))).toMatchObject({ fails: 'kernel' })
  })

  it('nothing for a kernel outside RAM', () => {
    expect(placeKernel(image(2, { start: 0x8_0000n }), bank(64), companions(0))).toMatchObject({ fails: 'outside' })
  })
})

it('what has a place lies inside the bank, apart from the kernel, at a multiple of its block', () => {
  const sizes = { length: fc.integer({ min: 1, max: 1 << 28 }), bankSize: fc.integer({ min: 1, max: 160 }) }
  const system = fc.record({
    ...sizes,
    textOffset: fc.constantFrom(0n, 0x8_0000n),
    ramdisk: fc.nat(1 << 27),
    bits: fc.constantFrom(32 as const, 64 as const),
  })
  fc.assert(
    fc.property(system, ({ length, bankSize, textOffset, ramdisk, bits }) => {
      const ram = bank(bankSize * 2)
      const placed = placeKernel({ length: bytes(length), textOffset, start: 0n, bits }, ram, {
        tree: bytes(4096),
        ramdisk: bytes(ramdisk),
        block: BLOCK,
      })
      if ('fails' in placed) return
      expect(contains(ram, placed.kernel)).toBe(true)
      expect(contains(ram, placed.treeAndRamdisk)).toBe(true)
      expect(overlaps(placed.kernel, placed.treeAndRamdisk)).toBe(false)
      expect(placed.treeAndRamdisk.size >= BigInt(ramdisk) + 4096n).toBe(true)
      if (textOffset === 0n) expect(isAligned(placed.treeAndRamdisk.base, BLOCK)).toBe(true)
    }),
  )
})
