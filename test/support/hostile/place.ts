import fc from 'fast-check'

/** A fraction that chooses one of however many there are, each as likely: `fc.double` would mostly give the first. */
export const place: fc.Arbitrary<number> = fc.noBias(fc.nat({ max: 2 ** 31 - 1 })).map((number) => number / 2 ** 31)

/** Which of `items` a place means; `undefined` where there are none. */
export const chosen = <T>(items: readonly T[], at: number): T | undefined => items[Math.floor(at * items.length)]
