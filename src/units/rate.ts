/** Frequencies as people write them in a manifest: `125MHz`, `32768Hz`. */

const UNITS: Readonly<Record<string, bigint>> = { Hz: 1n, kHz: 1000n, MHz: 1_000_000n, GHz: 1_000_000_000n }

/** In Hz, what a manifest may say with a unit; `undefined` for anything else. */
export function parseRate(text: string): bigint | undefined {
  const [, count = '', unit = ''] = /^([0-9][0-9_]*)\s*([kMG]?Hz)$/.exec(text.trim()) ?? []
  const factor = UNITS[unit]
  return factor === undefined ? undefined : BigInt(count.replaceAll('_', '')) * factor
}
