/** Findings that the manifest accepts, and acceptances that no finding needs. */
import type { AcceptedFinding } from '../assemble/assembly.ts'
import { atKey } from '../diagnostics/diagnostic.ts'
import type { Findings } from '../diagnostics/findings.ts'

/** Accepted findings, each once, in the order of reporting. */
export function acceptedIn({ all }: Findings): readonly AcceptedFinding[] {
  const found = all.flatMap(({ code, message, acceptance }) =>
    acceptance ? [{ code, message, reason: acceptance.reason, at: acceptance.pointer }] : [],
  )
  return [...new Map(found.map((finding) => [JSON.stringify(finding), finding])).values()]
}

/** Reports acceptances for which nothing was found. To be called when all checks have run. */
export function reportUnused({ unusedAcceptances, report }: Findings): void {
  for (const { code, pointer, below } of unusedAcceptances)
    report('MAN-032', {
      at: atKey(pointer),
      message: `${code} is accepted${below === undefined ? '' : ' for this domain'}, and nothing of that kind was found`,
      help: 'remove it',
    })
}
