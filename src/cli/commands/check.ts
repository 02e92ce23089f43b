import { runPipeline } from '../../pipeline.ts'
import { exitStatusOf, printFindings } from '../findings.ts'
import type { Invocation } from '../parse.ts'
import { settingsOf } from '../settings.ts'

/** `domforge check`: findings are the result, on stdout; `--quiet` prints nothing where there are none. */
export function check(invocation: Invocation): number {
  const outcome = runPipeline(invocation.arguments['manifest'] ?? '', settingsOf(invocation))
  const format = String(invocation.options['format'])
  printFindings(outcome, format, process.stdout)
  if (format === 'text' && invocation.options['quiet'] !== true && outcome.findings.all.length === 0)
    process.stdout.write(`${invocation.arguments['manifest']}: no findings\n`)
  return exitStatusOf(outcome)
}
