import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layOutStrings } from '../../../src/devicetree/write/string-table.ts'
import { cpuTimer } from '../../support/cpu-time.ts'

/** dtc's own way: the first place in the bytes so far where the name stands with its NUL, else the end. */
function searched(names: readonly string[]): { offsets: number[]; bytes: string } {
  let bytes = ''
  const offsets = names.map((name) => {
    const found = bytes.indexOf(`${name}\0`)
    if (found >= 0) return found
    const at = bytes.length
    bytes += `${name}\0`
    return at
  })
  return { offsets, bytes }
}

function laidOut(names: readonly string[]): { offsets: readonly number[]; bytes: string } {
  const { offsets, stored, length } = layOutStrings(names)
  const bytes = stored.map((index) => `${names[index]}\0`).join('')
  expect(bytes.length).toBe(length)
  return { offsets, bytes }
}

describe('layOutStrings', () => {
  it('lets a name share the end of the earliest earlier one', () => {
    expect(laidOut(['a-reg', 'b-reg', 'reg', 'xreg', 'eg'])).toEqual({
      offsets: [0, 6, 2, 12, 3],
      bytes: 'a-reg\0b-reg\0xreg\0',
    })
  })

  it('finds what a search through all bytes finds', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 60 }), (names) => {
        expect(laidOut(names)).toEqual(searched(names))
      }),
      { numRuns: 1000 },
    )
  })

  it('takes little time for very many names', () => {
    const names = Array.from({ length: 50_000 }, (_, index) => `${index}${'a'.repeat(index % 17)}`)
    const elapsed = cpuTimer()
    expect(laidOut(names).offsets).toHaveLength(names.length)
    expect(elapsed()).toBeLessThan(3000)
  })
})
