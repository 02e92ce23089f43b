/** What boots need, prepared before any of them. */

export type Fixture = readonly [name: string, prepare: () => Promise<unknown>]

/** Prepares a fixture and writes the line that scripts/test-results.mjs looks for. Gives why it cannot be had. */
export async function report([name, prepare]: Fixture): Promise<string | undefined> {
  const start = performance.now()
  const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`
  try {
    await prepare()
    process.stdout.write(`fixture: ${name}: ${seconds()}\n`)
    return undefined
  } catch (error) {
    const failure = messages(error)
    process.stdout.write(`fixture: ${name}: FAILED after ${seconds()}: ${failure}\n`)
    return failure
  }
}

/** With what caused it: a failed compilation is known by what the compiler said. */
export function messages(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${messages(error.cause)}`
}
