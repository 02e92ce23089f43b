import { resolve } from 'node:path'
import { inFile } from '../../diagnostics/diagnostic.ts'
import type { Emitter } from '../../emit/artifact.ts'
import { EMITTERS } from '../../emit/registry.ts'
import { depfileText, writeDepfile } from '../../output/depfile.ts'
import { type Differences, inspectOutputs } from '../../output/inspect.ts'
import { inputAt, shown } from '../../output/places.ts'
import { type OutputRequest, type WrittenOutputs, writeOutputs } from '../../output/write.ts'
import { encode, type Outcome, runPipeline } from '../../pipeline.ts'
import { formatSize } from '../../units/format.ts'
import { bytes } from '../../units/quantities.ts'
import { EXIT } from '../exit-status.ts'
import { exitStatusOf, printFindings } from '../findings.ts'
import { nextStep } from '../next-step.ts'
import { type Invocation, valuesOf } from '../parse.ts'
import { seenFromHere } from '../paths.ts'
import { meant, refuseUsage } from '../refuse.ts'
import { paint, table } from '../terminal.ts'

interface Built {
  readonly outputs: WrittenOutputs
  /** Bytes of each output. */
  readonly sizes: ReadonlyMap<string, number>
}

/** `domforge build`: findings on stderr; what was made, or would be, on stdout. */
export function build(invocation: Invocation): number {
  const { options } = invocation
  const emitters = emittersNamed(options['emit'])
  if (typeof emitters === 'string') return refuseUsage(emitters)
  if (options['check'] && options['depfile'] !== undefined)
    return refuseUsage('--check writes nothing, --depfile a file')
  const outcome = runPipeline(invocation.arguments['manifest'] ?? '', { roots: valuesOf(invocation, 'root') })
  const request = requestOf(outcome, String(options['out']), emitters)
  return options['check'] ? checkFolder(invocation, outcome, request) : writeFolder(invocation, outcome, request)
}

/** All of them where nothing is said; a text is what is wrong with `names`. */
function emittersNamed(names: Invocation['options'][string] | undefined): readonly Emitter[] | string {
  if (names === undefined) return EMITTERS
  const wanted = String(names).split(',')
  const known = EMITTERS.map(({ name }) => name)
  const unknown = wanted.find((name) => !known.includes(name))
  if (unknown === undefined) return EMITTERS.filter(({ name }) => wanted.includes(name))
  return `--emit: there is no '${unknown}'${meant(unknown, known)}\nthere are: ${known.join(', ')}`
}

/** `undefined`: there is nothing to write, and why was reported. */
function requestOf(outcome: Outcome, folder: string, emitters: readonly Emitter[]): OutputRequest | undefined {
  const { assembly, findings, inputs = [] } = outcome
  if (!assembly || findings.hasErrors) return undefined
  const { artifacts, record } = encode(assembly, sourceDateEpoch(), emitters)
  return { folder, artifacts, record, inputs }
}

function writeFolder(invocation: Invocation, outcome: Outcome, request: OutputRequest | undefined): number {
  const { format, quiet, depfile } = invocation.options
  const built = request && write(invocation, outcome, request, depfile === undefined ? undefined : String(depfile))
  printFindings(outcome, String(format), process.stderr)
  const out = request?.folder ?? ''
  if (built && format === 'json') process.stdout.write(record(out, built))
  else if (built && !quiet) process.stdout.write(listing(out, built, outcome))
  return exitStatusOf(outcome)
}

function write(
  invocation: Invocation,
  { findings }: Outcome,
  request: OutputRequest,
  depfile: string | undefined,
): Built | undefined {
  const { report } = findings
  const all = [...request.artifacts, request.record]
  const targets = all.map(({ path }) => shown(request.folder, path))
  if (depfile !== undefined && isTaken(depfile, targets, request.inputs)) {
    const message = `${depfile} is an input or output of this build, and cannot be its dependency file too`
    report('OUT-002', { at: inFile(depfile), message, help: 'name another file' })
    return undefined
  }
  const outputs = writeOutputs(request, report)
  if (outputs && depfile !== undefined) {
    const text = depfileText(targets, seenFromHere(request.inputs, invocation.arguments['manifest'] ?? ''))
    writeDepfile(depfile, text, shown(request.folder, request.record.path), report)
  }
  return outputs && { outputs, sizes: new Map(all.map(({ path, contents }) => [path, Buffer.byteLength(contents)])) }
}

const isTaken = (depfile: string, targets: readonly string[], inputs: readonly string[]): boolean =>
  inputAt(resolve(depfile), inputs) !== undefined || targets.some((target) => resolve(target) === resolve(depfile))

function checkFolder(invocation: Invocation, outcome: Outcome, request: OutputRequest | undefined): number {
  const { format, quiet } = invocation.options
  const found = request && inspectOutputs(request, outcome.findings.report)
  printFindings(outcome, String(format), process.stderr)
  if (!request || !found) return exitStatusOf(outcome)
  const isSame = !found.cutOff && [found.missing, found.different, found.stale].every((paths) => paths.length === 0)
  if (format === 'json') {
    const { folder } = request
    process.stdout.write(`${JSON.stringify({ version: 1, ok: isSame, out: folder, ...found }, null, 2)}\n`)
  } else if (!quiet) process.stdout.write(differences(request, found))
  return isSame ? exitStatusOf(outcome) : EXIT.differs
}

function differences({ folder, artifacts }: OutputRequest, { missing, different, stale, cutOff }: Differences): string {
  const count = missing.length + different.length + stale.length
  const rows = [
    ...missing.map((path) => [`  ${shown(folder, path)}`, 'is missing']),
    ...different.map((path) => [`  ${shown(folder, path)}`, 'differs']),
    ...stale.map((path) => [`  ${shown(folder, path)}`, 'is stale: nothing makes it any more']),
  ]
  const sum =
    count > 0
      ? `${count} of ${artifacts.length + 1 + stale.length} files in ${folder}/ are not what the manifest gives`
      : `${artifacts.length + 1} files in ${folder}/ are what the manifest gives`
  return `${table(rows)}${cutOff ? `  ${folder}/ holds what a build left that was cut off\n` : ''}${sum}\n`
}

/** https://reproducible-builds.org/specs/source-date-epoch/; anything but a time that 32 bits hold counts as not set. */
function sourceDateEpoch(): number {
  const seconds = Number(process.env['SOURCE_DATE_EPOCH'] ?? 0)
  return Number.isInteger(seconds) && seconds >= 0 && seconds < 2 ** 32 ? seconds : 0
}

const record = (out: string, { outputs }: Built): string =>
  `${JSON.stringify({ version: 1, ok: true, out, ...outputs }, null, 2)}\n`

function listing(out: string, { outputs, sizes }: Built, outcome: Outcome): string {
  const { written, unchanged, removed } = outputs
  const rows = [...sizes].map(([path, size]) => [
    `  ${out}/${path}`,
    formatSize(bytes(size)),
    written.includes(path) ? '' : 'unchanged',
  ])
  const counts = [`${written.length} written`, `${unchanged.length} unchanged`, `${removed.length} removed`]
  return [
    table(rows),
    ...removed.map((path) => `  ${out}/${path}  removed: nothing makes it any more\n`),
    `${paint(process.stdout, 'bold', `${sizes.size} files`)} in ${out}/: ${counts.join(', ')}\n`,
    outcome.model && sizes.has('boot.scr') && sizes.has('report/report.txt') ? nextStep(out, outcome.model.boot) : '',
  ].join('')
}
