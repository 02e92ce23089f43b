/**
 * From a manifest to files, stage by stage; each hands one type of data to the next. A stage reports all that it finds and
 * returns nothing when the next one could not go on. Nothing here touches the disk but reading.
 */
import { resolve } from 'node:path'
import { assemble } from './assemble/assemble.ts'
import type { Assembly } from './assemble/assembly.ts'
import { reportWhateverIsMeant, reportWhateverTheBoard, Said, type Suppose, withReleases } from './attempts.ts'
import { acceptedIn, reportUnused } from './checks/accepted.ts'
import { checkAssembly } from './checks/check-assembly.ts'
import { modelRules } from './checks/model/rules.ts'
import { runRules } from './checks/rule.ts'
import { Findings } from './diagnostics/findings.ts'
import { lockText, needsNoLock } from './emit/lock-file.ts'
import { collectFacts, lookAtFiles } from './facts/collect.ts'
import { hasBoard } from './facts/facts.ts'
import { InputList } from './facts/inputs.ts'
import { forgetting, type Lock, lockBeside, readLock } from './facts/lock.ts'
import { Reader } from './facts/reader.ts'
import { folderFinder } from './facts/roots.ts'
import { planSystem } from './load/plan-system.ts'
import { supposedFacts } from './load/supposed-ram.ts'
import type { Manifest } from './manifest/manifest.gen.ts'
import { respell } from './manifest/respell.ts'
import { saysEverything } from './manifest/stand-ins.ts'
import { validManifests } from './manifest/validate.ts'
import { buildModel } from './model/build.ts'
import type { SystemModel } from './model/system-model.ts'
import type { SystemPlan } from './plan/system-plan.ts'
import type { SourceDocument } from './source/document.ts'
import { readSource } from './source/read.ts'

/** How far a manifest got; what is absent could not be made, and `findings` say why. */
export interface Outcome {
  readonly findings: Findings
  /** Absent: the manifest cannot be read at all. */
  readonly source?: SourceDocument
  readonly model?: SystemModel
  readonly plan?: SystemPlan
  readonly assembly?: Assembly
  readonly lock?: KeptLock
  /** Absolute paths of everything that was read, or would have been had it been there. */
  readonly inputs?: readonly string[]
  /** Those of `inputs` that are there. */
  readonly read?: readonly string[]
}

/** The lock file of a system. */
export class KeptLock {
  /** As the user knows it. */
  readonly file: string
  /** What it says, before anything was forgotten. */
  readonly before: Lock
  readonly #plan: SystemPlan
  #made: { readonly text: string | undefined } | undefined

  constructor(file: string, before: Lock, plan: SystemPlan) {
    this.file = file
    this.before = before
    this.#plan = plan
  }

  /** What it says after a build of this plan; `undefined`: it is not needed. Made when it is asked for, which only a build does. */
  get text(): string | undefined {
    this.#made ??= { text: needsNoLock(this.#plan) ? undefined : lockText(this.#plan) }
    return this.#made.text
  }
}

/** What a run is told besides the manifest. */
export interface Settings {
  /** Folders in which an input is looked for that is not where the file which names it says. */
  readonly roots?: readonly string[]
  /** The lock file; default: beside the manifest. */
  readonly lock?: string
  /** Domains whose entries in the lock are forgotten. */
  readonly update?: readonly string[]
  /** What the files that the manifest names are read through, and was by the manifests before it; default: a new one, for hashes of all, which writing takes. */
  readonly files?: Reader
}

/** Everything up to the complete output as values, checked. Writes nothing. */
export function runPipeline(file: string, settings: Settings = {}): Outcome {
  const { findings, source, manifests, model } = readModel(file, settings)
  if (!source) return { findings }
  if (model && saysEverything(source.value)) return judged(file, settings, findings, source, model)
  const once = { ...settings, files: settings.files ?? new Reader() }
  reportWhateverIsMeant(withReleases(manifests), source, findings, (manifest, attempt, suppose) => {
    const meant = buildModel(manifest, source, attempt.report, folderFinder(settings.roots ?? []))
    if (meant) judged(file, once, attempt, source, meant, suppose)
  })
  return { findings, source }
}

/** What follows from a model that is complete; where it has no place, also on the boards that `suppose` makes. */
function judged(
  file: string,
  settings: Settings,
  findings: Findings,
  source: SourceDocument,
  model: SystemModel,
  suppose: Suppose = supposedFacts,
): Outcome {
  const { report } = findings
  findings.accept(model.accept)
  runRules(modelRules, model, findings.judge)
  const list = inputsOf(source, settings)
  const facts = lookAtFiles(model, report, list)
  const inputs = list.absolutePaths
  const lockFile = settings.lock ?? lockBeside(file)
  const before = readLock(lockFile, report)
  const said = new Said(findings.judge)
  const plan =
    before && hasBoard(facts) ? planSystem(model, facts, said.judge, forgetting(before, settings.update)) : undefined
  if (!before || !plan) {
    reportWhateverTheBoard(model, facts, suppose, findings, said)
    return { findings, source, model, inputs }
  }
  const assembly = assemble(plan)
  checkAssembly(assembly, findings.judge, findings.all)
  reportUnused(findings)
  return {
    findings,
    source,
    model,
    plan,
    assembly: { ...assembly, accepted: acceptedIn(findings) },
    lock: new KeptLock(lockFile, before, plan),
    inputs,
    read: list.all.map(({ absolutePath }) => absolutePath),
  }
}

/**
 * What a build reads, in order of reading, as absolute paths; whether it is there or not. Findings are about the manifest alone: with an error
 * among them the list may be incomplete or absent.
 */
export function findInputs(
  file: string,
  settings: Settings = {},
): Pick<Outcome, 'findings' | 'source'> & { readonly inputs?: readonly string[] } {
  const { findings, source, model } = readModel(file, settings)
  if (!source || !model) return { findings, ...(source ? { source } : {}) }
  const inputs = inputsOf(source, settings)
  collectFacts(model, new Findings().report, inputs)
  return { findings, source, inputs: inputs.absolutePaths }
}

interface Read extends Pick<Outcome, 'findings' | 'source' | 'model'> {
  /** As repaired; several where it may mean one or another. */
  readonly manifests: readonly Manifest[]
}

function readModel(file: string, { roots = [] }: Settings): Read {
  const findings = new Findings()
  const { report } = findings
  const written = readSource(file, report)
  const source = written && respell(written, report)
  if (!source) return { findings, manifests: [] }
  const manifests = validManifests(source, report)
  const [manifest, ...others] = manifests
  const isPlain = manifest && others.length === 0
  const model = isPlain ? buildModel(manifest, source, report, folderFinder(roots)) : undefined
  return { findings, source, manifests, ...(model ? { model } : {}) }
}

/** A list that begins with the files that the manifest consists of. */
function inputsOf({ folder, files }: SourceDocument, { roots = [], files: reader }: Settings): InputList {
  const inputs = new InputList(folderFinder(roots), reader)
  for (const { path, data } of files) inputs.recordWhole(resolve(folder, path), path, data)
  return inputs
}
