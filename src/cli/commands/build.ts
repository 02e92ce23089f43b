import { resolve } from 'node:path'
import { inFile } from '../../diagnostics/diagnostic.ts'
import type { Emitter } from '../../emit/artifact.ts'
import { encode } from '../../emit/encode.ts'
import { EMITTERS } from '../../emit/registry.ts'
import { lockedNames } from '../../facts/lock.ts'
import { depfileText, stageDepfile, touchRecord } from '../../output/depfile.ts'
import { stageLock } from '../../output/lock-file.ts'
import { isInput, placesOfInputs, shown } from '../../output/places.ts'
import type { StagedFile } from '../../output/side-file.ts'
import { type OutputRequest, type WrittenOutputs, writeOutputs } from '../../output/write.ts'
import { type Outcome, runPipeline } from '../../pipeline.ts'
import { formatSize } from '../../units/format.ts'
import { bytes } from '../../units/quantities.ts'
import { EXIT } from '../exit-status.ts'
import { exitStatusOf, printFindings, streamsOf } from '../findings.ts'
import { lockChanges, lockState } from '../lock.ts'
import { nextStep } from '../next-step.ts'
import type { Output } from '../output.ts'
import { type Invocation, valuesOf } from '../parse.ts'
import { seenFromHere } from '../paths.ts'
import { meant, refuseUsage } from '../refuse.ts'
import { settingsOf } from '../settings.ts'
import { paint, table } from '../terminal.ts'
import { checkFolder, FAILED } from './build-check.ts'

interface Built {
  readonly outputs: WrittenOutputs
  /** Bytes of each output. */
  readonly sizes: ReadonlyMap<string, number>
  /** The lock file, if it was written. */
  readonly lock?: string
}

/** `domforge build`: findings on stderr; what was made, or would be, on stdout. */
export function build(invocation: Invocation): number {
  const { options } = invocation
  const emitters = emittersNamed(options['emit'])
  if (typeof emitters === 'string') return refuseUsage(emitters)
  if (options['check'] && options['depfile'] !== undefined)
    return refuseUsage('--check writes nothing, --depfile a file')
  if (options['check'] && options['replace']) return refuseUsage('--check writes nothing, --replace replaces files')
  if (options['frozen'] && valuesOf(invocation, 'update').length > 0)
    return refuseUsage('--frozen keeps the lock file as it is, --update changes it')
  const outcome = runPipeline(invocation.arguments['manifest'] ?? '', settingsOf(invocation))
  const unknown = unknownUpdate(invocation, outcome)
  if (unknown !== undefined) return refuseUsage(unknown)
  const request = requestOf(outcome, String(options['out']), emitters)
  if (request && options['frozen'] && lockState(outcome) !== 'same') return refuseChange(invocation, outcome)
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

/** What is wrong with a name given to `--update`. */
function unknownUpdate(invocation: Invocation, { model, lock }: Outcome): string | undefined {
  if (!model || !lock) return undefined
  const named = [model.domains, model['shared-memory'], model['event-channels'], model.argo]
    .flat()
    .map(({ name }) => name)
  const known = [...new Set([...lockedNames(lock.before), ...named])]
  const unknown = valuesOf(invocation, 'update').find((name) => !known.includes(name))
  return unknown === undefined
    ? undefined
    : `--update: there is no domain, region, channel or link '${unknown}'${meant(unknown, known)}`
}

/** `--frozen`: what the lock file would say differs from what it says. */
function refuseChange(invocation: Invocation, outcome: Outcome): number {
  const format = String(invocation.options['format'])
  const { findings, results } = streamsOf(format)
  printFindings(outcome, format, findings)
  const lock = lockState(outcome)
  if (format === 'json') results.write(`${JSON.stringify({ version: 1, ok: false, lock }, null, 2)}\n`)
  else {
    const state = lock === 'missing' ? 'is missing' : 'would change'
    results.write(`  ${outcome.lock?.file} ${state}: nothing was written\n${changesOf(outcome)}`)
  }
  return EXIT.differs
}

/** As many lines as tell what is going on. */
const SHOWN_CHANGES = 20

function changesOf(outcome: Outcome): string {
  const changes = lockChanges(outcome)
  const more = changes.length > SHOWN_CHANGES ? [`and ${changes.length - SHOWN_CHANGES} more`] : []
  return [...changes.slice(0, SHOWN_CHANGES), ...more].map((line) => `    ${line}\n`).join('')
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
  const { findings, results } = streamsOf(String(format))
  printFindings(outcome, String(format), findings)
  const out = request?.folder ?? ''
  if (format === 'json') results.write(built ? record(out, built) : FAILED)
  else if (built && !quiet) results.write(listing(out, built, outcome, results))
  return exitStatusOf(outcome)
}

function write(
  invocation: Invocation,
  outcome: Outcome,
  request: OutputRequest,
  depfile: string | undefined,
): Built | undefined {
  const all = [...request.artifacts, request.record]
  const targets = all.map(({ path }) => shown(request.folder, path))
  if (reportTaken(outcome, request, targets, depfile)) return undefined
  const beside = stageBeside(invocation, outcome, targets, depfile)
  if (!beside) return undefined
  const { report } = outcome.findings
  const replace = invocation.options['replace'] === true
  const outputs = writeOutputs({ ...request, replace, ...(beside.lock ? { lock: beside.lock } : {}) }, report)
  if (!outputs) for (const file of [beside.lock, beside.rule]) file?.abandon()
  else if (beside.rule?.commit()) touchRecord(shown(request.folder, request.record.path), report)
  const sizes = new Map(all.map(({ path, contents }) => [path, Buffer.byteLength(contents)]))
  return outputs && { outputs, sizes, ...(beside.lock && outcome.lock ? { lock: outcome.lock.file } : {}) }
}

/** Whether the lock or the dependency file would replace an input or an output. */
function reportTaken(
  { lock, findings }: Outcome,
  { inputs }: OutputRequest,
  targets: readonly string[],
  depfile: string | undefined,
): boolean {
  const others = [...(depfile === undefined ? [] : [depfile]), ...(lock?.text === undefined ? [] : [lock.file])]
  const taken = others.find((file) => isTaken(file, targets, inputs))
  if (taken === undefined) return false
  const message = `${taken} is an input or output of this build, and cannot be its lock or dependency file too`
  findings.report('OUT-002', { at: inFile(taken), message, help: 'name another file' })
  return true
}

interface Beside {
  /** Absent: it does not change. */
  readonly lock?: StagedFile
  readonly rule?: StagedFile
}

/** Everything that does not lie in the output folder, ready before anything there changes; `undefined` after reporting what is not. */
function stageBeside(
  invocation: Invocation,
  outcome: Outcome,
  targets: readonly string[],
  depfile: string | undefined,
): Beside | undefined {
  const { report } = outcome.findings
  const text = lockState(outcome) === 'same' ? undefined : outcome.lock?.text
  if (text !== undefined && isNowhere(invocation)) return refuseNowhere(outcome)
  const lock = text === undefined ? undefined : stageLock(outcome.lock?.file ?? '', text, report)
  if (text !== undefined && !lock) return undefined
  if (depfile === undefined) return lock ? { lock } : {}
  const prerequisites = seenFromHere(outcome.read ?? [], invocation.arguments['manifest'] ?? '')
  const replace = invocation.options['replace'] === true
  const rule = stageDepfile({ file: depfile, text: depfileText(targets, prerequisites), replace }, report)
  if (!rule) lock?.abandon()
  return rule && { rule, ...(lock ? { lock } : {}) }
}

/** Whether the lock would lie beside a manifest that comes through a pipe, or under a name that a process has for it. */
const isNowhere = ({ arguments: given, options }: Invocation): boolean =>
  options['lock'] === undefined && /^\/(dev|proc)\//.test(resolve(given['manifest'] ?? ''))

function refuseNowhere({ lock, findings }: Outcome): undefined {
  const message = 'the lock file cannot be written: the manifest comes through a pipe, and nothing can lie beside it'
  findings.report('OUT-001', { at: inFile(lock?.file ?? ''), message, help: 'name the lock file with --lock FILE' })
}

const isTaken = (file: string, targets: readonly string[], inputs: readonly string[]): boolean =>
  isInput(resolve(file), placesOfInputs(inputs)) || targets.some((target) => resolve(target) === resolve(file))

/** https://reproducible-builds.org/specs/source-date-epoch/; anything but a time that 32 bits hold counts as not set. */
function sourceDateEpoch(): number {
  const seconds = Number(process.env['SOURCE_DATE_EPOCH'] ?? 0)
  return Number.isInteger(seconds) && seconds >= 0 && seconds < 2 ** 32 ? seconds : 0
}

const record = (out: string, { outputs, lock }: Built): string =>
  `${JSON.stringify({ version: 1, ok: true, out, ...outputs, ...(lock === undefined ? {} : { lock }) }, null, 2)}\n`

function listing(out: string, { outputs, sizes, lock }: Built, outcome: Outcome, stream: Output): string {
  const { written, unchanged, removed } = outputs
  const rows = [...sizes].map(([path, size]) => [
    `  ${out}/${path}`,
    formatSize(bytes(size)),
    written.includes(path) ? '' : 'unchanged',
  ])
  const counts = [`${written.length} written`, `${unchanged.length} unchanged`, `${removed.length} removed`]
  return [
    table(rows),
    ...removed.map((path) => `  ${out}/${path}  removed: no longer an output\n`),
    `${paint(stream, 'bold', `${sizes.size} files`)} in ${out}/: ${counts.join(', ')}\n`,
    lock === undefined ? '' : `${lock} keeps what guests see: put it under version control\n`,
    outcome.model && sizes.has('boot.scr') && sizes.has('report/report.txt') ? nextStep(out, outcome.model.boot) : '',
  ].join('')
}
