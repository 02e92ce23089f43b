import { describe, expect, it } from 'vitest'
import { loadWindow } from '../../src/u-boot/load-window.ts'
import { formatRange } from '../../src/units/format.ts'
import { boardWith, type Words } from '../support/facts/builder.ts'
import { type ModelWords, systemOf } from '../support/model/builder.ts'

const windowOf = (ram: readonly Words[], owned: readonly Words[] = [], words: ModelWords = {}) =>
  loadWindow(systemOf([], words).boot, boardWith(ram, owned)).map(formatRange)

const M128 = 0x800_0000n
const GIB = 1n << 30n

describe('loadWindow', () => {
  it('keeps 128 MiB free at the top of the only bank', () => {
    expect(windowOf([[GIB, GIB]])).toEqual(['[0x40000000..0x78000000)'])
  })

  it('keeps free the tops of the lowest and of the highest bank, in whatever order the tree has them', () => {
    const banks: readonly Words[] = [
      [8n * GIB, GIB],
      [2n * GIB, GIB],
      [GIB, GIB / 2n],
    ]
    expect(windowOf(banks)).toEqual([
      '[0x40000000..0x58000000)',
      '[0x80000000..0xc0000000)',
      '[0x200000000..0x238000000)',
    ])
  })

  it('keeps free what lies below 4 GiB too, when the lowest bank reaches further', () => {
    expect(windowOf([[GIB, 4n * GIB]])).toEqual(['[0x40000000..0xf8000000)', '[0x100000000..0x138000000)'])
    expect(windowOf([[GIB, 3n * GIB]])).toEqual(['[0x40000000..0xf8000000)'])
    expect(windowOf([[4n * GIB, GIB]])).toEqual(['[0x100000000..0x138000000)'])
  })

  it('keeps the place free to which bootefi copies the tree, also in the window of the manifest', () => {
    const boot = { command: 'bootefi' } as const
    expect(windowOf([[GIB, GIB]], [], { boot })).toEqual(['[0x40000000..0x47f00000)', '[0x48300000..0x78000000)'])
    expect(windowOf([[GIB, GIB]], [], { boot, loadWindow: [0x4700_0000n, 0x200_0000n] })).toEqual([
      '[0x47000000..0x47f00000)',
      '[0x48300000..0x49000000)',
    ])
  })

  it('keeps no more than half of a small bank free', () => {
    expect(windowOf([[GIB, 2n * M128]])).toEqual(['[0x40000000..0x48000000)'])
    expect(windowOf([[GIB, M128]])).toEqual(['[0x40000000..0x44000000)'])
    expect(windowOf([[GIB, 3n]])).toEqual(['[0x40000000..0x40000002)'])
  })

  it('leaves out the first page and what somebody owns, also outside of RAM', () => {
    const owned: readonly Words[] = [
      [0x2000n, 0x1000n],
      [0x2800n, 0x1000n],
      [GIB, GIB],
    ]
    expect(windowOf([[0n, GIB]], owned)).toEqual(['[0x1000..0x2000)', '[0x3800..0x38000000)'])
  })

  it("is the manifest's window where there is RAM in it", () => {
    const banks: readonly Words[] = [
      [0n, GIB],
      [2n * GIB, GIB],
    ]
    const words: ModelWords = { loadWindow: [0n, 3n * GIB] }
    expect(windowOf(banks, [[0x1000n, 0x1000n]], words)).toEqual(['[0x2000..0x40000000)', '[0x80000000..0xc0000000)'])
  })
})
