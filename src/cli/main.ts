/** The door: finds the command, runs it, turns what happened into an exit status. */
import type { CliCommand } from './command.ts'
import { EXIT } from './exit-status.ts'
import { type Invocation, parseInvocation } from './parse.ts'

type Run = (invocation: Invocation) => number | Promise<number>

/** Each command's code is loaded only when it runs. */
const runners: Readonly<Record<CliCommand['name'], () => Promise<Run>>> = {
  build: async () => (await import('./commands/build.ts')).build,
  check: async () => (await import('./commands/check.ts')).check,
  plan: async () => (await import('./commands/plan.ts')).plan,
  explain: async () => (await import('./commands/explain.ts')).explain,
  schema: async () => (await import('./commands/schema.ts')).schema,
}

/** Runs the words after `domforge`; returns the exit status. */
export async function main(words: readonly string[]): Promise<number> {
  quitQuietlyOnClosedPipe()
  try {
    const invocation = parseInvocation(words)
    const load = invocation && runners[invocation.command.name]
    if (!invocation || !load) return await (await import('./usage.ts')).answerUsage(words)
    const run = await load()
    return await run(invocation)
  } catch (error) {
    return reportBug(error)
  }
}

/** `domforge plan … | head` is no failure. */
function quitQuietlyOnClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok)
    throw error
  })
}

function reportBug(error: unknown): number {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `domforge: this is a bug of domforge, not of your manifest. Please report it with this text:\n${stack}\n`,
  )
  return EXIT.bug
}
