import { expect, it } from 'vitest'
import { lookup } from '../../src/model/lookup.ts'

const byLetter = lookup((word: string) => [...word])

it('finds all members with a key, in order, each once', () => {
  const words = ['abba', 'cab', 'dd']
  expect(byLetter(words, 'a')).toEqual(['abba', 'cab'])
  expect(byLetter(words, 'd')).toEqual(['dd'])
  expect(byLetter(words, 'e')).toEqual([])
})

it('goes through a list once, and knows lists apart', () => {
  let asked = 0
  const find = lookup((word: string) => {
    asked++
    return [word]
  })
  const [one, other] = [['a'], ['b']]
  for (let round = 0; round < 10; round++) expect([find(one, 'a'), find(other, 'a')]).toEqual([['a'], []])
  expect(asked).toBe(2)
})
