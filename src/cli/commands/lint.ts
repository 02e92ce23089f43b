import { nowhere } from '../../diagnostics/render/arrange.ts'
import { isReviewForm, renderForm } from '../../diagnostics/render/forms.ts'
import { recordsOf } from '../../diagnostics/render/json.ts'
import { TOOL_VERSION } from '../../emit/tool-version.ts'
import { type LintOutcome, lintTree, type ReleaseVerdict } from '../../lint/lint.ts'
import type { LintRequest, LoadedAt } from '../../lint/request.ts'
import { hex } from '../../units/format.ts'
import { hostPhys } from '../../units/quantities.ts'
import { KNOWN_RELEASES, releaseOf } from '../../xen/releases.ts'
import { type XenVersion, xenVersion } from '../../xen/version.ts'
import { EXIT } from '../exit-status.ts'
import { printFindings } from '../findings.ts'
import { merged } from '../lint/merged.ts'
import { verdictText } from '../lint/text.ts'
import { stdout } from '../output.ts'
import { type Invocation, valuesOf } from '../parse.ts'
import { refuseUsage } from '../refuse.ts'

/** `domforge lint <tree>`: verdicts and their findings on stdout. */
export function lint(invocation: Invocation): number {
  const files = valuesOf(invocation, 'file').map(loadedAt)
  const wrong = files.find((file) => typeof file === 'string')
  if (wrong !== undefined) return refuseUsage(wrong)
  const unknown = valuesOf(invocation, 'release').find((word) => askedFor(word) === undefined)
  if (unknown !== undefined) return refuseUsage(`--release ${unknown}: domforge knows ${KNOWN_RELEASES}`)
  const outcome = lintTree(
    requestOf(
      invocation,
      files.filter((file) => typeof file !== 'string'),
    ),
  )
  return answer(outcome, invocation)
}

const FILE = /^(0x[0-9a-f_]+)=(.+)$/i

/** A text is what is wrong with `word`. */
function loadedAt(word: string): LoadedAt | string {
  const [, address = '', path = ''] = FILE.exec(word) ?? []
  const value = address.replaceAll('_', '')
  if (!/^0x[0-9a-f]{1,16}$/i.test(value)) return `--file wants 0xADDRESS=FILE, not '${word}'`
  return { address: hostPhys(BigInt(value)), path }
}

function askedFor(word: string): XenVersion | undefined {
  const version = /^[0-9.]+$/.test(word) ? xenVersion(word) : undefined
  return version && releaseOf(version.branch) ? version : undefined
}

function requestOf(invocation: Invocation, files: readonly LoadedAt[]): LintRequest {
  const { config, entry } = invocation.options
  return {
    tree: invocation.arguments['tree'] ?? '',
    overlays: valuesOf(invocation, 'overlay'),
    releases: valuesOf(invocation, 'release').flatMap((word) => askedFor(word) ?? []),
    files,
    entry: entry === 'bootm' || entry === 'bootefi' ? entry : 'booti',
    ...(config === undefined ? {} : { config: String(config) }),
  }
}

function answer(outcome: LintOutcome, invocation: Invocation): number {
  const format = String(invocation.options['format'])
  if (outcome.kind === 'strangers') return refuseUsage(strangers(outcome))
  if (outcome.kind === 'another Xen') return refuseUsage(outcome.message)
  if (outcome.kind === 'unreadable') {
    printFindings(outcome, format, stdout)
    return EXIT.unreadable
  }
  stdout.write(verdictsAs(format, invocation.arguments['tree'] ?? '', outcome.verdicts))
  return outcome.verdicts.some(({ verdict }) => verdict === 'fails') ? EXIT.errors : EXIT.ok
}

function verdictsAs(format: string, tree: string, verdicts: readonly ReleaseVerdict[]): string {
  if (isReviewForm(format)) return renderForm(format, merged(verdicts), nowhere, TOOL_VERSION)
  return format === 'json' ? record(tree, verdicts) : verdictText(verdicts)
}

function strangers({ files, places }: Extract<LintOutcome, { kind: 'strangers' }>): string {
  const names = files.map(({ address, path }) => `${hex(address)}=${path}`).join(', ')
  const where = places.length === 0 ? 'the tree has no modules' : `modules start at ${places.map(hex).join(', ')}`
  return `--file ${names}: no module starts there; ${where}`
}

/** Described by `schemas/lint.schema.json`. */
const record = (tree: string, verdicts: readonly ReleaseVerdict[]): string =>
  `${JSON.stringify(
    {
      version: 1,
      tree,
      releases: verdicts.map(({ xen, verdict, findings, unknowns }) => ({
        release: xen.name,
        verdict,
        unknown: unknowns,
        diagnostics: recordsOf(findings, nowhere),
      })),
    },
    null,
    2,
  )}\n`
