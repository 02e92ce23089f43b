/** Verdicts as people read them: the findings, each once, then a table of rules and releases, then what is to be known still. */
import { isCode } from '../../diagnostics/catalogue/index.ts'
import { nowhere } from '../../diagnostics/render/arrange.ts'
import { renderText } from '../../diagnostics/render/text.ts'
import type { Severity } from '../../diagnostics/severity.ts'
import { withExcerpts } from '../../lint/excerpts.ts'
import type { ReleaseVerdict, Verdict } from '../../lint/lint.ts'
import type { Unknown } from '../../lint/unknown.ts'
import { stdout } from '../output.ts'
import { paint, table, wantsColour, wrap } from '../terminal.ts'
import { merged, spans } from './merged.ts'

export function verdictText(verdicts: readonly ReleaseVerdict[]): string {
  const findings = withExcerpts(merged(verdicts))
  return [
    renderText(findings, nowhere, { colour: wantsColour(stdout) }),
    verdicts.length > 1 && findings.length > 0 ? `\n${ruleTable(verdicts)}\n` : '',
    ...closing(verdicts),
  ].join('')
}

const RANK: readonly Severity[] = ['error', 'warning', 'note']

/** The worst finding of each rule in each release. */
function ruleTable(verdicts: readonly ReleaseVerdict[]): string {
  const codes = [...new Set(RANK.flatMap((severity) => codesWith(verdicts, severity)))]
  const cell = (code: string, { findings }: ReleaseVerdict): string => {
    const own = findings.filter((finding) => finding.code === code)
    return RANK.find((severity) => own.some((finding) => finding.severity === severity)) ?? '-'
  }
  return table([
    ['', ...verdicts.map(({ xen }) => xen.name)],
    ...codes.map((code) => [code, ...verdicts.map((verdict) => cell(code, verdict))]),
  ])
}

const codesWith = (verdicts: readonly ReleaseVerdict[], severity: Severity): readonly string[] =>
  verdicts.flatMap(({ findings }) => findings.filter((f) => f.severity === severity).map(({ code }) => code))

/** One line for all releases that are judged alike. */
function closing(verdicts: readonly ReleaseVerdict[]): readonly string[] {
  const groups = new Map<string, ReleaseVerdict[]>()
  for (const one of verdicts) {
    const key = JSON.stringify([one.verdict, one.verdict === 'undecided' ? one.unknowns : []])
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const name = `Xen ${spans(group.map(({ xen }) => xen))}: ${painted(first.verdict)}`
    const errors = [...new Set(codesWith(group, 'error'))]
    if (first.verdict === 'fails') return [`${name}, because of ${errors.join(', ')}\n`]
    if (first.verdict === 'boots') return [`${name}\n`]
    return [`${name}: no error was found, but\n`, ...reasons(first)]
  })
}

function reasons({ unknowns, findings }: ReleaseVerdict): readonly string[] {
  const rules = [...new Set(findings.flatMap(({ code, undecided }) => (undecided ? [code] : [])))]
  const open: Unknown[] = rules.length > 0 ? [{ what: `not decided above: ${rules.join(', ')}` }] : []
  return [...unknowns, ...open].map(
    ({ rule, what, remedy, instead }) =>
      `${wrap(rule !== undefined && isCode(rule) ? `${rule}: ${what}` : what, '    ').replace('    ', '  - ')}\n${remedy ? `    ${remedy}\n` : ''}${instead ? `    no question with ${instead}\n` : ''}`,
  )
}

const STYLES = { boots: 'green', fails: 'red', undecided: 'yellow' } as const

const painted = (verdict: Verdict): string => paint(stdout, STYLES[verdict], verdict)
