/** Given, else kept, else free: the rule by itself, over numbers from 1 on. */
import { describe, expect, it } from 'vitest'
import { type Placer, place } from '../../../src/plan/lock/placer.ts'

interface Item {
  readonly name: string
  readonly given?: number
  /** No guest sees it: the lock has no entry. */
  readonly hidden?: true
}

/** The numbers that are free, ascending; the second way to keep one takes the next that is free. */
const numbers: Placer<Item, number, readonly number[]> = {
  key: ({ name, hidden }) => (hidden ? undefined : name),
  given: ({ name, given }) => (given === undefined ? undefined : { value: given, by: 'manifest', at: `/${name}` }),
  kept: [
    (_, text, free) => free.find((each) => each === Number(text)),
    (_, text, free) => free.find((each) => each === Number(text) + 1),
  ],
  choose: (_, [lowest]) => (lowest === undefined ? undefined : { value: lowest, by: 'allocated', reason: 'lowest' }),
  without: (free, value) => free.filter((each) => each !== value),
  text: String,
}

function placed(items: readonly Item[], locked: Readonly<Record<string, string>> = {}, most = 9) {
  const space = Array.from({ length: most }, (_, index) => index + 1)
  const { places, unplaced, moved } = place(items, space, numbers, { entries: new Map(Object.entries(locked)) })
  return {
    places: Object.fromEntries([...places].map(([{ name }, { value, by }]) => [name, `${value} ${by}`])),
    sources: Object.fromEntries(
      [...places].map(([{ name }, found]) => [name, 'at' in found ? found.at : found.reason]),
    ),
    unplaced: unplaced.map(({ item, space: free }) => `${item.name} of ${free.join()}`),
    moved: moved.map(({ item, before, now }) => `${item.name}: ${before} to ${now}`),
  }
}

const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]

describe('a place', () => {
  it('is the best that is free, in order', () => {
    expect(placed([b, a])).toEqual({
      places: { b: '1 allocated', a: '2 allocated' },
      sources: { b: 'lowest', a: 'lowest' },
      unplaced: [],
      moved: [],
    })
  })

  it('is the given one, before any other is chosen, even where it is not free', () => {
    const { places, sources } = placed([a, { name: 'b', given: 1 }, { name: 'c', given: 1 }])
    expect(places).toEqual({ a: '2 allocated', b: '1 manifest', c: '1 manifest' })
    expect(sources['b']).toBe('/b')
  })

  it('is the one that the lock has, before any other is chosen', () => {
    const { places, sources } = placed([a, b], { b: '1' })
    expect(places).toEqual({ a: '2 allocated', b: '1 lock' })
    expect(sources['b']).toBe('b')
  })

  it('is called chosen where the lock changes nothing, also beside one that it does keep', () => {
    expect(placed([a, b, c], { a: '1', b: '2', c: '3' }).places).toEqual({
      a: '1 allocated',
      b: '2 allocated',
      c: '3 allocated',
    })
    expect(placed([a, b, c], { a: '1', c: '5' }).places).toEqual({ a: '1 allocated', b: '2 allocated', c: '5 lock' })
  })

  it('of the lock gives way to a given one, and says what moved', () => {
    const { places, moved } = placed([a, { name: 'b', given: 4 }], { a: '4', b: '7' }, 4)
    expect(places).toEqual({ a: '1 allocated', b: '4 manifest' })
    expect(moved).toEqual(['a: 4 to 1'])
  })

  it('is kept in the first way for all, before any is kept in the second', () => {
    const { places, moved } = placed([a, b], { a: '5', b: '5' })
    expect(places).toEqual({ a: '5 lock', b: '6 lock' })
    expect(moved).toEqual([])
    expect(placed([a, { name: 'x', given: 5 }, b], { a: '5', b: '6' }).places).toEqual({
      a: '1 allocated',
      x: '5 manifest',
      b: '6 lock',
    })
  })

  it('is not looked for in the lock where no guest sees it', () => {
    expect(placed([{ name: 'a', hidden: true }], { a: '5' }).places).toEqual({ a: '1 allocated' })
  })

  it('that is not there is named with what was free in its turn; it did not move', () => {
    expect(placed([a, b, c], { b: '7' }, 1)).toMatchObject({
      places: { a: '1 allocated' },
      unplaced: ['b of ', 'c of '],
      moved: [],
    })
    expect(placed([a], {}, 0).unplaced).toEqual(['a of '])
  })
})
