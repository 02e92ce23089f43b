import { Reader } from '../../facts/reader.ts'
import { runPipeline } from '../../pipeline.ts'
import { checkMany } from '../check/many.ts'
import { exitStatusOf, printFindings } from '../findings.ts'
import { stdout } from '../output.ts'
import type { Invocation } from '../parse.ts'
import { refuseUsage } from '../refuse.ts'
import { settingsOf } from '../settings.ts'

/** `domforge check`: findings are the result, on stdout; `--quiet` prints nothing where there are none. */
export function check(invocation: Invocation): number {
  const { positionals, options } = invocation
  if (positionals.length === 1) return checkOne(invocation)
  if (options['lock'] !== undefined)
    return refuseUsage(`--lock names the lock file of one manifest, and ${positionals.length} are given`)
  return checkMany(invocation)
}

function checkOne(invocation: Invocation): number {
  const { arguments: given, options } = invocation
  const outcome = runPipeline(given['manifest'] ?? '', { ...settingsOf(invocation), files: new Reader(false) })
  const format = String(options['format'])
  printFindings(outcome, format, stdout)
  if (format === 'text' && options['quiet'] !== true && outcome.findings.all.length === 0)
    stdout.write(`${given['manifest']}: no findings\n`)
  return exitStatusOf(outcome)
}
