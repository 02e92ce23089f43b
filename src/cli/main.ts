/** The entry point: finds the command, runs it, turns what happened into an exit status. */
import type { CliCommand } from './command.ts'
import { check } from './commands/check.ts'
import { EXIT } from './exit-status.ts'
import { stderr } from './output.ts'
import { type Invocation, parseInvocation } from './parse.ts'

type Run = (invocation: Invocation) => number | Promise<number>

/** The code of all but the most frequent command is loaded only when it runs. */
const runners: Readonly<Record<CliCommand['name'], () => Promise<Run>>> = {
  build: async () => (await import('./others.ts')).build,
  check: async () => check,
  plan: async () => (await import('./others.ts')).plan,
  diff: async () => (await import('./others.ts')).diff,
  install: async () => (await import('./others.ts')).install,
  init: async () => (await import('./others.ts')).init,
  devices: async () => (await import('./others.ts')).devices,
  lint: async () => (await import('./others.ts')).lint,
  explain: async () => (await import('./others.ts')).explain,
  simulate: async () => (await import('./others.ts')).simulate,
  schema: async () => (await import('./others.ts')).schema,
}

/** Runs the words after `domforge`; returns the exit status. */
export async function main(words: readonly string[]): Promise<number> {
  try {
    const invocation = parseInvocation(words)
    const load = invocation && runners[invocation.command.name]
    if (!invocation || !load) return await (await import('./usage.ts')).answerUsage(words)
    if (namesFile(invocation) && !hasWorkingDirectory()) return refuseNowhere()
    const run = await load()
    return await run(invocation)
  } catch (error) {
    return reportBug(error)
  }
}

/** The path of a manifest or tree, and where things are written, may depend on the working directory; other commands need none. */
const namesFile = ({ arguments: given }: Invocation): boolean =>
  (given['manifest'] ?? given['tree'] ?? given['before'] ?? given['out']) !== undefined

function hasWorkingDirectory(): boolean {
  try {
    process.cwd()
    return true
  } catch {
    return false
  }
}

function refuseNowhere(): number {
  stderr.write('domforge: the working directory is gone: change to one that exists\n')
  return EXIT.unreadable
}

function reportBug(error: unknown): number {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  stderr.write(
    `domforge: this is a bug in domforge, not of your manifest. Please report it with this text:\n${stack}\n`,
  )
  return EXIT.bug
}
