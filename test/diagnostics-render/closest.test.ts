import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closest, editDistance } from '../../src/diagnostics/closest.ts'

const KEYS = ['memory', 'vcpus', 'max-grant-frames', 'max-maptrack-frames', 'os', 'boot', 'kernel']

describe('closest', () => {
  it.each([
    ['memroy', 'memory'],
    ['mem', undefined],
    ['memorys', 'memory'],
    ['cpus', 'vcpus'],
    ['max_grant_frames', 'max-grant-frames'],
    ['MAX-GRANT-FRAMES', 'max-grant-frames'],
    ['so', 'os'],
    ['kernle', 'kernel'],
    ['passthrough', undefined],
    ['', undefined],
  ])('of %s is %s', (word, expected) => {
    expect(closest(word, KEYS)).toBe(expected)
  })

  it('is not looked for in a list that is longer than any by hand', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `domain-${index}`)
    expect(closest('domian-7', names)).toBe('domain-7')
    expect(closest('domian-7', [...names, 'another'])).toBeUndefined()
  })
})

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['a', '', 1],
    ['ab', 'ba', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('%s ↔ %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })

  it('is exact up to a limit, and infinite at most beyond it', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })
    const check = fc.property(word, word, fc.integer({ min: 0, max: 4 }), (a, b, limit) => {
      const [exact, limited] = [editDistance(a, b), editDistance(a, b, limit)]
      return limited === exact || (limited === Infinity && exact > limit)
    })
    fc.assert(check, { seed: 20_261_128, numRuns: 5000 })
  })

  it('is that of the whole words, whatever they begin and end with', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 })
    const check = fc.property(word, word, word, (a, b, common) => {
      const ends = [`${common}${a}`, `${common}${b}`] as const
      return editDistance(...ends) === plainDistance(...ends)
    })
    fc.assert(check, { seed: 20_261_128, numRuns: 5000 })
  })
})

/** The definition, slowly. */
function plainDistance(a: string, b: string): number {
  const table: number[][] = []
  for (let i = 0; i <= a.length; i++) {
    const row: number[] = []
    table.push(row)
    for (let j = 0; j <= b.length; j++) {
      const at = (up: number, left: number): number => table[i - up]?.[j - left] ?? Infinity
      const costs = [at(1, 0) + 1, at(0, 1) + 1, at(1, 1) + (a[i - 1] === b[j - 1] ? 0 : 1)]
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) costs.push(at(2, 2) + 1)
      row.push(i === 0 && j === 0 ? 0 : Math.min(...costs))
    }
  }
  return table[a.length]?.[b.length] ?? 0
}
