/** Prints what a run found, and says what that means for the exit status. */
import type { Locate } from '../diagnostics/render/arrange.ts'
import { isReviewForm, renderForm } from '../diagnostics/render/forms.ts'
import { renderJson } from '../diagnostics/render/json.ts'
import { summary } from '../diagnostics/render/summary.ts'
import { renderText } from '../diagnostics/render/text.ts'
import { TOOL_VERSION } from '../emit/tool-version.ts'
import type { Outcome } from '../pipeline.ts'
import { EXIT } from './exit-status.ts'
import { type Output, stderr, stdout } from './output.ts'
import { wantsColour } from './terminal.ts'

/** Writes the findings to `stream`; as text with a closing count, when there are any. */
export function printFindings(outcome: Pick<Outcome, 'findings' | 'source'>, format: string, stream: Output): void {
  const { all } = outcome.findings
  const locate = locateIn(outcome)
  if (format === 'json') stream.write(renderJson(all, locate))
  else if (isReviewForm(format)) stream.write(renderForm(format, all, locate, TOOL_VERSION))
  else if (all.length > 0)
    stream.write(`${renderText(all, locate, { colour: wantsColour(stream) })}${summary(all, locate)}\n`)
}

/** Places of the manifest of a run; of one that could not be read, its name at most. */
export const locateIn =
  ({ source }: Pick<Outcome, 'source'>): Locate =>
  (origin) =>
    source?.locate(origin) ?? { kind: 'file', file: 'manifest' }

interface Streams {
  readonly findings: Output
  readonly results: Output
}

/** Where `build` writes: a form that knows findings only is alone on stdout, so that it can be kept in a file; results are for people then. */
export const streamsOf = (format: string): Streams =>
  isReviewForm(format) ? { findings: stdout, results: stderr } : { findings: stderr, results: stdout }

export function exitStatusOf(outcome: Pick<Outcome, 'findings'>): number {
  if (outcome.findings.all.some(({ code }) => code === 'MAN-001')) return EXIT.unreadable
  return outcome.findings.hasErrors ? EXIT.errors : EXIT.ok
}
