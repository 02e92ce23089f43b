/** `domforge check` of several manifests: one after the other, of which nothing is kept but what was found. */
import { arrange, type Part, partOf } from '../../diagnostics/render/arrange.ts'
import { isReviewForm, renderParts } from '../../diagnostics/render/forms.ts'
import { counts } from '../../diagnostics/render/summary.ts'
import { textOf } from '../../diagnostics/render/text.ts'
import { TOOL_VERSION } from '../../emit/tool-version.ts'
import { Reader } from '../../facts/reader.ts'
import { runPipeline } from '../../pipeline.ts'
import { exitStatusOf, locateIn } from '../findings.ts'
import { stdout } from '../output.ts'
import type { Invocation } from '../parse.ts'
import { settingsOf } from '../settings.ts'
import { wantsColour } from '../terminal.ts'

/** As text each manifest as soon as it has been checked, otherwise one document; the exit status is the worst of all. */
export function checkMany(invocation: Invocation): number {
  const { positionals, options } = invocation
  const { format } = options
  const isDocument = format === 'json' || isReviewForm(format)
  const parts: Part[] = []
  let worst = 0
  const files = new Reader(false)
  for (const manifest of positionals) {
    const outcome = runPipeline(manifest, { files, ...settingsOf(invocation) })
    const part = partOf(manifest, arrange(outcome.findings.all, locateIn(outcome)))
    if (!isDocument) printPart(part, options['quiet'] === true)
    parts.push(part)
    worst = Math.max(worst, exitStatusOf(outcome))
  }
  if (isDocument) stdout.write(renderParts(format, parts, TOOL_VERSION))
  else printSum(parts, options['quiet'] === true)
  return worst
}

function printPart({ manifest, placed }: Part, isQuiet: boolean): void {
  if (isQuiet && placed.length === 0) return
  stdout.write(`${textOf(placed, { colour: wantsColour(stdout) })}${manifest}: ${counts(placed)}\n`)
}

function printSum(parts: readonly Part[], isQuiet: boolean): void {
  const placed = parts.flatMap((part) => part.placed)
  if (isQuiet && placed.length === 0) return
  stdout.write(`${parts.length} manifests: ${counts(placed)}\n`)
}
