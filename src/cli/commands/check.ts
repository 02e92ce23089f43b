import { runPipeline } from '../../pipeline.ts'
import { exitStatusOf, printFindings } from '../findings.ts'
import { type Invocation, valuesOf } from '../parse.ts'

/** `domforge check`: findings are the result, on stdout. */
export function check(invocation: Invocation): number {
  const outcome = runPipeline(invocation.arguments['manifest'] ?? '', { roots: valuesOf(invocation, 'root') })
  const format = String(invocation.options['format'])
  printFindings(outcome, format, process.stdout)
  if (format === 'text' && outcome.findings.all.length === 0)
    process.stdout.write(`${invocation.arguments['manifest']}: no findings\n`)
  return exitStatusOf(outcome)
}
