/** Lengths of time as people write them in a manifest: `30s`, `10min`. */

declare const brand: unique symbol

/** A length of time in milliseconds, ≥ 0. */
export type Milliseconds = bigint & { readonly [brand]: 'Milliseconds' }

export const milliseconds = (value: bigint | number): Milliseconds => BigInt(value) as Milliseconds

/** From the largest to the smallest. */
const UNITS = [
  ['h', 3_600_000n],
  ['min', 60_000n],
  ['s', 1000n],
  ['ms', 1n],
] as const

/** What a manifest may say; `undefined` for anything else. */
export function parseDuration(text: string): Milliseconds | undefined {
  const [, count = '', unit] = /^([0-9][0-9_]*)\s*([a-z]+)$/.exec(text.trim()) ?? []
  const factor = UNITS.find(([name]) => name === unit)?.[1]
  return factor === undefined ? undefined : milliseconds(BigInt(count.replaceAll('_', '')) * factor)
}

/** `30 s`, `10 min`, `1500 ms`: exact, in the largest unit that is. */
export function formatDuration(duration: Milliseconds): string {
  const [unit, factor] = UNITS.find(([, factor]) => duration > 0n && duration % factor === 0n) ?? ['s', 1000n]
  return `${duration / factor} ${unit}`
}

export const isWholeSeconds = (duration: Milliseconds): boolean => duration % 1000n === 0n

/** Whole seconds, rounded up. */
export const secondsOf = (duration: Milliseconds): number => Number((duration + 999n) / 1000n)

/** `duration` doubled `times` times, but `longest` at most. */
export function doubled(duration: Milliseconds, times: number, longest: Milliseconds): Milliseconds {
  const grown = duration * 2n ** BigInt(times)
  return milliseconds(grown < longest ? grown : longest)
}

export const sumOf = (durations: readonly Milliseconds[]): Milliseconds =>
  milliseconds(durations.reduce((sum, each) => sum + each, 0n))
