import { describe, expect, it } from 'vitest'
import { guestRam } from '../../../src/plan/guest-memory/ram.ts'
import { formatRange } from '../../../src/units/format.ts'
import { bytes } from '../../../src/units/quantities.ts'

const ram = (memory: bigint) => guestRam(bytes(memory)).map(formatRange)

describe('guestRam', () => {
  it.each([
    [0n, []],
    [1n, ['[0x40000000..0x40000001)']],
    [0xc000_0000n, ['[0x40000000..0x100000000)']],
    [0xc000_1000n, ['[0x40000000..0x100000000)', '[0x200000000..0x200001000)']],
    [0xff_0000_0000n, ['[0x40000000..0x100000000)', '[0x200000000..0x10000000000)']],
    [1n << 60n, ['[0x40000000..0x100000000)', '[0x200000000..0x10000000000)']],
  ])('fills the first bank before the second: %i bytes', (memory, banks) => expect(ram(memory)).toEqual(banks))
})
