/** Which RAM may be given out for good, the best of it first. */
import { describe, expect, it } from 'vitest'
import type { Boot } from '../../../src/model/system-model.ts'
import { staticSpace } from '../../../src/plan/host-memory/free-ram.ts'
import { formatRange } from '../../../src/units/format.ts'
import { bytes, hostPhys } from '../../../src/units/quantities.ts'
import { range } from '../../../src/units/range.ts'
import { boardWith } from '../../support/facts/builder.ts'
import { systemOf } from '../../support/model/builder.ts'

const GB = 0x4000_0000n

/** 1 GiB from 0 on: U-Boot is at its top. */
function space(boot: Partial<Boot> = {}, fixed: Parameters<typeof staticSpace>[2] = []) {
  const board = boardWith([[0n, GB]], [[0x100_0000n, 0x1000n]])
  const { preferred, all } = staticSpace({ ...systemOf([]).boot, ...boot }, board, fixed)
  return { preferred: preferred.map(formatRange), all: all.map(formatRange) }
}

describe('RAM that may be given out', () => {
  it('is what nobody owns, without the first page; what U-Boot uses comes last', () => {
    expect(space()).toEqual({
      preferred: ['[0x1000..0x1000000)', '[0x1001000..0x38000000)'],
      all: ['[0x1000..0x1000000)', '[0x1001000..0x40000000)'],
    })
  })

  it("is never U-Boot's with EFI", () => {
    expect(space({ command: 'bootefi' }).all).toEqual(['[0x1000..0x1000000)', '[0x1001000..0x38000000)'])
  })

  it('is that of the load window last as well', () => {
    expect(space({ 'load-window': range(hostPhys(0x2000_0000n), bytes(0x1000_0000)) })).toEqual({
      preferred: ['[0x1000..0x1000000)', '[0x1001000..0x20000000)', '[0x30000000..0x38000000)'],
      all: ['[0x1000..0x1000000)', '[0x1001000..0x40000000)'],
    })
  })

  it('is not where an image must be', () => {
    expect(space({}, [range(hostPhys(0x1000n), bytes(0xff_f000))]).all).toEqual(['[0x1001000..0x40000000)'])
  })
})
