/** The stages that read a manifest, from a file or a text, with all findings placed. */
import { modelRules } from '../../src/checks/model/rules.ts'
import { runRules } from '../../src/checks/rule.ts'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import { arrange, nowhere, type Placed } from '../../src/diagnostics/render/arrange.ts'
import type { Manifest } from '../../src/manifest/manifest.gen.ts'
import { validManifests } from '../../src/manifest/validate.ts'
import { buildModel } from '../../src/model/build.ts'
import type { SystemModel } from '../../src/model/system-model.ts'
import type { SourceDocument } from '../../src/source/document.ts'
import { readSource, sourceOf } from '../../src/source/read.ts'
import { SourceText } from '../../src/source/text.ts'

export interface Read {
  readonly findings: readonly Diagnostic[]
  readonly placed: readonly Placed[]
  /** `MAN-010 7:3`, sorted by place. */
  readonly brief: readonly string[]
  readonly source: SourceDocument | undefined
  readonly manifest: Manifest | undefined
  readonly model: SystemModel | undefined
}

export const FOLDER = '/folder'

/** Reads a text as if it stood in `/folder/system.yaml`. */
export const readText = (text: string): Read =>
  run((findings) => sourceOf(new SourceText('system.yaml', text), FOLDER, findings.report))

export const readManifest = (file: string): Read => run((findings) => readSource(file, findings.report))

function run(read: (findings: Findings) => SourceDocument | undefined): Read {
  const findings = new Findings()
  const source = read(findings)
  const [manifest, ...others] = source ? validManifests(source, findings.report) : []
  const isPlain = source && manifest && others.length === 0
  const model = isPlain ? buildModel(manifest, source, findings.report) : undefined
  if (model) runRules(modelRules, model, findings.judge)
  const placed = arrange(findings.all, source?.locate ?? nowhere)
  const brief = placed.map(({ diagnostic, at }) => `${diagnostic.code} ${at.line}:${at.column}`)
  return { findings: findings.all, placed, brief, source, manifest, model }
}

/** The document of a text that is expected to be well-formed. */
export function documentOf(text: string): SourceDocument {
  const { source, findings } = readText(text)
  if (!source) throw new Error(findings.map(({ message }) => message).join('; '))
  return source
}
