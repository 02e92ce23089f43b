import fc from 'fast-check'

/** A fraction that chooses one of any number of items, all with the same probability. `fc.double` would mostly choose the first. */
export const place: fc.Arbitrary<number> = fc.noBias(fc.nat({ max: 2 ** 31 - 1 })).map((number) => number / 2 ** 31)

/** The item that a place chooses; `undefined`: there are none. */
export const chosen = <T>(items: readonly T[], at: number): T | undefined => items[Math.floor(at * items.length)]
