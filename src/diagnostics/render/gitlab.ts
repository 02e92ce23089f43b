/** Findings as a code quality report (docs.gitlab.com, Code Quality, Code Quality report format). */
import { sha256Hex } from '../../units/sha256.ts'
import type { Severity } from '../severity.ts'
import type { Placed } from './arrange.ts'
import { foundIn, prose } from './prose.ts'

const SEVERITIES: Readonly<Record<Severity, string>> = {
  error: 'blocker',
  warning: 'major',
  note: 'info',
  accepted: 'info',
}

/** One JSON document, ending in a newline. */
export function renderGitlab(placed: readonly Placed[]): string {
  const known = new Map<string, number>()
  return `${JSON.stringify(
    placed.map((one) => recordOf(one, known)),
    null,
    2,
  )}\n`
}

/** A place without a line is shown at the first. `known`: how often a subject came before. */
function recordOf(placed: Placed, known: Map<string, number>): object {
  const { diagnostic, at } = placed
  const subject = subjectOf(placed)
  const earlier = known.get(subject) ?? 0
  known.set(subject, earlier + 1)
  return {
    description: prose(placed).join('\n'),
    check_name: diagnostic.code,
    fingerprint: sha256Hex(`${subject}\0${earlier}`),
    severity: SEVERITIES[diagnostic.severity],
    location: { path: at.file.replace(/^(\.\/)+/, ''), lines: { begin: at.line ?? 1 } },
  }
}

/** By what GitLab knows a finding again in another revision: without its line, which every edit above it moves. */
function subjectOf(placed: Placed): string {
  const { code, message } = placed.diagnostic
  const { file, pointer = '', node = '' } = placed.at
  return [code, file, pointer, node, message, ...foundIn(placed)].join('\0')
}
