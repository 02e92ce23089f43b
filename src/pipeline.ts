/**
 * From a manifest to files, stage by stage; each hands one type of data to the next. A stage reports all that it finds and
 * returns nothing when the next one could not go on. Nothing here touches the disk but reading.
 */
import { assemble } from './assemble/assemble.ts'
import type { Assembly } from './assemble/assembly.ts'
import { checkAssembly } from './checks/check-assembly.ts'
import { modelRules } from './checks/model/rules.ts'
import { runRules } from './checks/rule.ts'
import { Findings } from './diagnostics/findings.ts'
import type { Artifact } from './emit/artifact.ts'
import { buildRecord } from './emit/build-record.ts'
import { EMITTERS, emitAll } from './emit/registry.ts'
import { TOOL_VERSION } from './emit/tool-version.ts'
import { collectFacts } from './facts/collect.ts'
import { validateManifest } from './manifest/validate.ts'
import { buildModel } from './model/build.ts'
import type { SystemModel } from './model/system-model.ts'
import { planSystem } from './plan/system.ts'
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
}

/** Everything up to the complete output as values, checked. Writes nothing. */
export function runPipeline(file: string): Outcome {
  const findings = new Findings()
  const { report } = findings
  const source = readSource(file, report)
  if (!source) return { findings }
  const manifest = validateManifest(source, report)
  const model = manifest && buildModel(manifest, source, report)
  if (!model) return { findings, source }
  runRules(modelRules, model, report)
  const facts = collectFacts(model, report)
  const plan = facts && planSystem(model, facts, report)
  if (!plan) return { findings, source, model }
  const assembly = assemble(plan)
  checkAssembly(assembly, report)
  return { findings, source, model, plan, assembly }
}

/** Every output file, the build record last; only for an assembly without error findings. */
export function encode(
  assembly: Assembly,
  timestamp = 0,
): { readonly artifacts: readonly Artifact[]; readonly record: Artifact } {
  const artifacts = emitAll(assembly, EMITTERS, { timestamp })
  return { artifacts, record: buildRecord(assembly, artifacts, TOOL_VERSION) }
}
