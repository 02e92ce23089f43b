/** Given, else kept, else free: the one rule, with numbers for everything that is placed. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_LOCK, type Lock } from '../../src/facts/lock.ts'
import { type Placement, type Placer, place } from '../../src/plan/lock/placer.ts'

interface Item {
  readonly name: string
  /** The manifest says it. */
  readonly number?: number
}

type Taken = ReadonlySet<number>

/** Numbers below this are there to be had. */
const COUNT = 12

/** Keeps a number, or else the one above it. */
const PLACER: Placer<Item, number, Taken> = {
  key: ({ name }) => name,
  given: ({ number }) => (number === undefined ? undefined : { value: number, by: 'manifest', at: '/number' }),
  kept: [0, 1].map((step) => (_item: Item, text: string, taken: Taken) => {
    const number = Number(text) + step
    return taken.has(number) || number >= COUNT ? undefined : number
  }),
  choose: (_item, taken) => {
    const value = Array.from({ length: COUNT }, (_, number) => number).find((number) => !taken.has(number))
    return value === undefined ? undefined : { value, by: 'allocated', reason: 'lowest' }
  },
  without: (taken, number) => new Set([...taken, number]),
  text: String,
}

const placed = (items: readonly Item[], lock: Lock = EMPTY_LOCK) => place(items, new Set<number>(), PLACER, lock)

const lockOf = ({ places }: Placement<Item, number, Taken>): Lock => ({
  entries: new Map([...places].map(([{ name }, { value }]) => [name, String(value)])),
})

const sorted = (placement: Placement<Item, number, Taken>): readonly string[] =>
  [...lockOf(placement).entries].map((entry) => entry.join(' ')).sort()

const anyNumber = fc.nat({ max: COUNT - 1 })

const anyItems: fc.Arbitrary<readonly Item[]> = fc
  .uniqueArray(fc.record({ name: fc.constantFrom(...'abcdefghijklmnop'), number: fc.option(anyNumber) }), {
    maxLength: 14,
    selector: ({ name }) => name,
  })
  .map((items) => items.map(({ name, number }) => (number === null ? { name } : { name, number })))

const anyLock: fc.Arbitrary<Lock> = fc
  .dictionary(fc.constantFrom(...'abcdefghijklmnop'), anyNumber)
  .map((entries) => ({ entries: new Map(Object.entries(entries).map(([name, number]) => [name, String(number)])) }))

const isOpen = ({ number }: Item): boolean => number === undefined

describe('place', () => {
  it('gives nobody what another has, unless the manifest says so, and everybody something while there is any', () => {
    fc.assert(
      fc.property(anyItems, anyLock, (items, lock) => {
        const { places, unplaced } = placed(items, lock)
        const given = new Set(items.flatMap(({ number }) => number ?? []))
        const chosen = items.filter(isOpen).flatMap((item) => places.get(item)?.value ?? [])
        expect(new Set(chosen).size).toBe(chosen.length)
        expect(chosen.some((number) => given.has(number))).toBe(false)
        expect(places.size + unplaced.length).toBe(items.length)
        if (unplaced.length > 0) expect(given.size + chosen.length).toBe(COUNT)
        for (const { space } of unplaced) expect(space.size).toBeGreaterThanOrEqual(COUNT)
      }),
    )
  })

  it('takes what the manifest says, whatever else there is', () => {
    fc.assert(
      fc.property(anyItems, anyLock, (items, lock) => {
        const { places } = placed(items, lock)
        for (const item of items)
          if (item.number !== undefined)
            expect(places.get(item)).toEqual({ value: item.number, by: 'manifest', at: '/number' })
      }),
    )
  })

  it('keeps what the lock says and nobody else has', () => {
    fc.assert(
      fc.property(anyItems, anyLock, (items, lock) => {
        const { places, moved } = placed(items, lock)
        const given = new Set(items.flatMap(({ number }) => number ?? []))
        const texts = items.filter(isOpen).flatMap(({ name }) => lock.entries.get(name) ?? [])
        for (const item of items.filter(isOpen)) {
          const text = lock.entries.get(item.name)
          const isAlone = text !== undefined && texts.filter((other) => other === text).length === 1
          if (!isAlone || given.has(Number(text))) continue
          expect(places.get(item)?.value).toBe(Number(text))
          expect(moved.some((entry) => entry.item === item)).toBe(false)
        }
      }),
    )
  })

  it('says the same with its own lock, to the word', () => {
    fc.assert(
      fc.property(anyItems, (items) => {
        const first = placed(items)
        expect([...placed(items, lockOf(first)).places]).toEqual([...first.places])
      }),
    )
  })

  it('is settled after one build, whatever the lock said before', () => {
    fc.assert(
      fc.property(anyItems, anyLock, (items, lock) => {
        const first = placed(items, lock)
        expect(sorted(placed(items, lockOf(first)))).toEqual(sorted(first))
      }),
    )
  })

  it('moves nobody when others come, in front or behind, or go', () => {
    fc.assert(
      fc.property(anyItems, (items) => {
        const first = placed(items)
        const lock = lockOf(first)
        for (const later of [[{ name: 'new' }, ...items], [...items, { name: 'new' }], items.slice(1)]) {
          const { places, moved } = placed(later, lock)
          for (const item of later.filter(({ name }) => name !== 'new'))
            expect(places.get(item)?.value).toBe(first.places.get(item)?.value)
          expect(moved).toEqual([])
        }
      }),
    )
  })

  it('calls kept only what would have been chosen otherwise', () => {
    fc.assert(
      fc.property(anyItems, anyLock, (items, lock) => {
        const [{ places }, fresh] = [placed(items, lock), placed(items)]
        for (const [item, found] of places)
          if (found.by === 'lock') expect(found.value).not.toBe(fresh.places.get(item)?.value)
      }),
    )
  })

  it('calls what is as without the lock chosen, beside what is kept', () => {
    const lock = {
      entries: new Map([
        ['a', '0'],
        ['b', '5'],
      ]),
    }
    const { places } = placed([{ name: 'a' }, { name: 'b' }], lock)
    expect([...places.values()].map(({ value, by }) => `${value} ${by}`)).toEqual(['0 allocated', '5 lock'])
  })

  it('names what could not stay', () => {
    const items = [{ name: 'a', number: 3 }, { name: 'b' }, { name: 'c' }]
    const lock = {
      entries: new Map([
        ['b', '3'],
        ['c', String(COUNT)],
      ]),
    }
    const { places, moved } = placed(items, lock)
    expect([...places.values()].map(({ value, by }) => `${value} ${by}`)).toEqual([
      '3 manifest',
      '4 lock',
      '0 allocated',
    ])
    expect(moved.map(({ item, before, now }) => [item.name, before, now])).toEqual([['c', String(COUNT), 0]])
  })
})
