import { describe, expect, it } from 'vitest'
import { propertyNamed } from '../../../src/devicetree/model.ts'
import { parseDts } from '../../../src/devicetree/parse/parse-dts.ts'
import { ok } from '../expect-ok.ts'

/** The expression as one 64-bit cell. */
const valueOf64 = (text: string): unknown => {
  const { root } = ok(parseDts(`/dts-v1/; / { a = /bits/ 64 <${text}>; };`, { file: 'a.dts' }))
  const [part] = propertyNamed(root, 'a')?.value ?? []
  return part?.kind === 'cells' ? part.cells[0] : undefined
}
const MAX = 0xffff_ffff_ffff_ffffn

describe('an expression', () => {
  it.each<[string, bigint]>([
    ['0x10', 16n],
    ['010', 8n],
    ['0', 0n],
    ['00', 0n],
    ['1ULL', 1n],
    ['0XaUL', 10n],
    ['18446744073709551615', MAX],
    ['01777777777777777777777', MAX],
    ["'a'", 97n],
    [String.raw`'\n'`, 10n],
    [String.raw`'\''`, 39n],
    [String.raw`'\\'`, 92n],
    [String.raw`'\xff'`, 255n],
    ['(1 + 2 * 3)', 7n],
    ['((1 + 2) * 3)', 9n],
    ['(10 - 3 - 2)', 5n],
    ['(1 - 2)', MAX],
    ['(-1)', MAX],
    ['(~0)', MAX],
    ['(!5)', 0n],
    ['(!!5)', 1n],
    ['(- - 5)', 5n],
    ['(0xffffffffffffffff * 2)', MAX - 1n],
    ['(7 / 2)', 3n],
    ['(7 % 4)', 3n],
    ['(-1 / 2)', MAX / 2n],
    ['(1 << 63)', 1n << 63n],
    ['(1 << 64)', 0n],
    ['(-1 >> 60)', 15n],
    ['(1 >> 64)', 0n],
    ['(1 << 2 + 3)', 32n],
    ['(-1 > 1)', 1n],
    ['(1 <= 1)', 1n],
    ['(2 >= 3)', 0n],
    ['(1 < 2 == 1)', 1n],
    ['(1 != 1)', 0n],
    ['(6 & 3 | 8)', 10n],
    ['(6 ^ 3)', 5n],
    ['(4 | 1 == 1)', 5n],
    ['(0 || 2 && 3)', 1n],
    ['(0 && 1)', 0n],
    ['(1 ? 2 : 3)', 2n],
    ['(0 ? 1 : 0 ? 2 : 3)', 3n],
    ['(1 ? 0 ? 4 : 5 : 6)', 5n],
    ["('a' + 1)", 98n],
  ])('%s', (text, value) => {
    expect(valueOf64(text)).toBe(value)
  })
})
