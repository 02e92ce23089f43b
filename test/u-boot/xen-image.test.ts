/** What Xen's image needs of memory, as it is loaded and where it runs. */
import { describe, expect, it } from 'vitest'
import type { FileFacts, ImageFormat } from '../../src/facts/facts.ts'
import { bootiNeeds, usedByBootefi, usedByUBoot } from '../../src/u-boot/memory.ts'
import { wholeSize } from '../../src/u-boot/need.ts'
import { atLeastAPage, fixedPlaces, loadOfXen, needOfRunningXen, needOfXen } from '../../src/u-boot/xen-image.ts'
import { formatRange } from '../../src/units/format.ts'
import { bytes, hostPhys, MiB, times } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { arm64, boardWith, factsFor } from '../support/facts/builder.ts'
import { systemOf } from '../support/model/builder.ts'

const MIB = 0x10_0000n
const RAM = 0x4010_0000n
const board = boardWith([
  [RAM, 1024n * MIB],
  [0x1_0000_0000n, 1024n * MIB],
])
const xen = (format: ImageFormat, size = MIB): FileFacts => ({ path: 'xen', size: bytes(size), format })
const booti = systemOf([])
const bootm = systemOf([], { boot: { command: 'bootm' } })

describe('booti', () => {
  it('takes the larger of file and header', () => {
    expect(bootiNeeds(xen(arm64(2n * MIB)), board.ram)).toEqual({ textOffset: 0n, size: 2n * MIB })
    expect(bootiNeeds(xen(arm64(1n)), board.ram)).toEqual({ textOffset: 0n, size: MIB })
  })

  it('assumes 16 MiB at 512 KiB where the header has no size, whatever offset it names', () => {
    expect(bootiNeeds(xen(arm64(0n, { textOffset: 0x1000n })), board.ram)).toEqual({
      textOffset: 0x8_0000n,
      size: 16n * MIB,
    })
  })

  it('moves an image that may not lie anywhere to the first 2 MiB of the first bank of the tree', () => {
    expect(bootiNeeds(xen(arm64(2n * MIB, { textOffset: 0x8_0000n, anywhere: false })), board.ram)).toEqual({
      textOffset: 0x8_0000n,
      size: 2n * MIB,
      base: 0x4020_0000n,
    })
    expect(bootiNeeds(xen(arm64(2n * MIB, { anywhere: false })), [])).toEqual({ textOffset: 0n, size: 2n * MIB })
  })

  it('takes what is no Image for as large as it is', () => {
    expect(bootiNeeds(xen({ kind: 'unknown' }, 5n), board.ram)).toEqual({ textOffset: 0n, size: 5n })
  })
})

describe("Xen's image", () => {
  it('is loaded like other files, or in a way of its own', () => {
    expect(loadOfXen(booti)).toBe(booti.boot.load)
    const own = { from: 'usb', device: '0:1', prefix: '', pointer: '/xen/load' } as const
    expect(loadOfXen({ ...booti, xen: { ...booti.xen, load: own } })).toBe(own)
  })

  it('has its offset before it and its base where the header says one', () => {
    const fixed = xen(arm64(2n * MIB, { textOffset: 0x8_0000n, anywhere: false }))
    expect(needOfXen(booti, fixed, board)).toEqual({
      size: 2n * MIB,
      alignment: 2n * MIB,
      lead: 0x8_0000n,
      base: 0x4020_0000n,
    })
    expect(needOfXen(booti, xen(arm64(2n * MIB)), board)).toEqual({ size: 2n * MIB, alignment: 2n * MIB, lead: 0n })
  })

  it('is loaded as it is for bootm, and by its declared size', () => {
    const plain = { size: MIB, alignment: 2n * MIB }
    expect(needOfXen(bootm, xen(arm64(9n * MIB)), board)).toEqual(plain)
    const declared = { pointer: '/xen/image/size', size: times(3, MiB) }
    expect(needOfXen(booti, { ...xen(arm64(9n * MIB)), declared }, board)).toEqual({ ...plain, size: 3n * MIB })
  })

  it('takes a page where it is empty', () => {
    expect([atLeastAPage(bytes(0)), atLeastAPage(bytes(1))]).toEqual([0x1000n, 1n])
    expect(needOfXen(bootm, xen(arm64(0n), 0n), board).size).toBe(0x1000n)
  })

  it('takes whole pages after the bytes before it', () => {
    const alignment = times(2, MiB)
    expect(wholeSize({ size: bytes(1), alignment })).toBe(0x1000n)
    expect(wholeSize({ size: bytes(0x1001), alignment, lead: bytes(0x8_0000) })).toBe(0x8_2000n)
  })
})

describe('Xen where bootm copies it', () => {
  const uimage = (load: bigint, content?: ImageFormat): FileFacts =>
    xen({
      kind: 'uimage',
      os: 17,
      arch: 22,
      type: 2,
      compression: 0,
      dataSize: times(3, MiB),
      load,
      entry: load,
      ...(content ? { content } : {}),
    })

  it('is nowhere for other commands and other files', () => {
    expect(needOfRunningXen(booti, uimage(0x4800_0000n))).toBeUndefined()
    expect(needOfRunningXen(bootm, xen(arm64(MIB)))).toBeUndefined()
  })

  it('takes the larger of what is in it and what that needs', () => {
    const at = { alignment: 2n * MIB, base: 0x4800_0000n }
    expect(needOfRunningXen(bootm, uimage(0x4800_0000n))).toEqual({ ...at, size: 3n * MIB })
    expect(needOfRunningXen(bootm, uimage(0x4800_0000n, arm64(4n * MIB)))).toEqual({ ...at, size: 4n * MIB })
    expect(needOfRunningXen(bootm, uimage(0x4800_0000n, arm64(2n * MIB)))).toEqual({ ...at, size: 3n * MIB })
  })

  it('has room to be moved to the next multiple of 2 MiB and its offset', () => {
    expect(needOfRunningXen(bootm, uimage(0x4810_0000n, arm64(4n * MIB)))).toEqual({
      alignment: 0x1000n,
      base: 0x4810_0000n,
      size: 5n * MIB,
    })
    const offset = arm64(4n * MIB, { textOffset: 0x8_0000n })
    expect(needOfRunningXen(bootm, uimage(0x4808_0000n, offset))).toEqual({
      alignment: 2n * MIB,
      base: 0x4808_0000n,
      size: 4n * MIB,
    })
    expect(needOfRunningXen(bootm, uimage(0x4808_1000n, offset))?.size).toBe(6n * MIB - 0x1000n)
    expect(needOfRunningXen(bootm, uimage(0n, arm64(4n * MIB)))).toEqual({
      alignment: 2n * MIB,
      base: 0n,
      size: 4n * MIB,
    })
  })

  it('is one of the places that only Xen may have', () => {
    const facts = factsFor(bootm, board, { xen: { size: MiB, format: uimage(0x4800_0000n).format } })
    expect(fixedPlaces(bootm, facts).map(formatRange)).toEqual(['[0x48000000..0x48300000)'])
    const old = factsFor(booti, board, { xen: { size: MiB, format: arm64(MIB, { anywhere: false }) } })
    expect(fixedPlaces(booti, old).map(formatRange)).toEqual(['[0x40200000..0x40300000)'])
    expect(fixedPlaces(booti, factsFor(booti, board))).toEqual([])
  })
})

describe('what U-Boot uses itself', () => {
  const bank = (base: bigint, size: bigint) => range(hostPhys(base), bytes(size))
  const G4 = 1n << 32n

  it('is nothing without RAM', () => {
    expect([usedByUBoot([]), usedByBootefi([])]).toEqual([[], []])
  })

  it('ends at 4 GiB too only where the lowest bank begins below it and goes on past it', () => {
    const all = (...banks: ReturnType<typeof bank>[]) => usedByUBoot(banks).map(formatRange)
    expect(all(bank(G4 - 256n * MIB, 256n * MIB))).toEqual(['[0xf8000000..0x100000000)'])
    expect(all(bank(G4 - 256n * MIB, 512n * MIB))).toEqual(['[0x108000000..0x110000000)', '[0xf8000000..0x100000000)'])
    expect(all(bank(G4, 256n * MIB))).toEqual(['[0x108000000..0x110000000)'])
  })

  it('is in the lowest and the highest bank, not in those that the tree has first and last', () => {
    const banks = [bank(2n * G4, MIB), bank(3n * G4, MIB), bank(G4, MIB)]
    expect(usedByUBoot(banks).map(({ base }) => base)).toEqual([G4 + MIB / 2n, 3n * G4 + MIB / 2n])
  })

  it('is the tree of bootefi at 127 MiB of the lowest bank, in whatever order', () => {
    expect(usedByBootefi([bank(G4, MIB), bank(0x4000_0000n, MIB)]).map(formatRange)).toEqual([
      '[0x47f00000..0x48300000)',
    ])
  })
})
