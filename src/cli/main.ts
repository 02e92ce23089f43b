/** The door: finds the command, runs it, turns what happened into an exit status. */
import type { CliCommand } from './commands.ts'
import { EXIT } from './exit-status.ts'
import { type Invocation, parseInvocation } from './parse.ts'

type Run = (invocation: Invocation) => number | Promise<number>

/** Each command's code is loaded only when it runs. */
const runners: Readonly<Record<CliCommand['name'], () => Promise<Run>>> = {
  build: async () => (await import('./commands/build.ts')).build,
  check: async () => (await import('./commands/check.ts')).check,
  plan: async () => (await import('./commands/plan.ts')).plan,
  lint: async () => (await import('./commands/lint.ts')).lint,
  explain: async () => (await import('./commands/explain.ts')).explain,
  schema: async () => (await import('./commands/schema.ts')).schema,
}

/** Runs the words after `domforge`; returns the exit status. */
export async function main(words: readonly string[]): Promise<number> {
  tameStreams()
  try {
    const invocation = parseInvocation(words)
    const load = invocation && runners[invocation.command.name]
    if (!invocation || !load) return await (await import('./usage.ts')).answerUsage(words)
    const run = await load()
    return await run(invocation)
  } catch (error) {
    return reportFailure(error)
  }
}

/**
 * `domforge check … | head` is no failure, and whoever stops reading learns the status all the same. Output that cannot be stored is a
 * failure, since nobody has the result.
 */
function tameStreams(): void {
  process.stderr.on('error', () => {})
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    reportFailure(error)
    process.once('exit', () => {
      process.exitCode = EXIT.output
    })
  })
}

/** What the system refuses is said in a line; anything else is a bug, with all that helps to find it. */
function reportFailure(error: unknown): number {
  const known = error instanceof Error && 'syscall' in error ? KNOWN[String(error.syscall)] : undefined
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const text = known
    ? `${known.says} (${error instanceof Error ? error.message : ''})`
    : `this is a bug of domforge, not of your manifest. Please report it with this text:\n${stack}`
  process.stderr.write(`domforge: ${text}\n`)
  return known?.status ?? EXIT.bug
}

/** By the system call that failed, without a file of the user's in it. */
const KNOWN: Readonly<Record<string, { readonly says: string; readonly status: number }>> = {
  uv_cwd: { says: 'the working directory does not exist any more', status: EXIT.unreadable },
  write: { says: 'the output cannot be written', status: EXIT.output },
}
