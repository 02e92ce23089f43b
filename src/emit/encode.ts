/** The last stage: from a checked assembly to bytes. Apart from the pipeline, so that a run that only checks does not load the emitters. */
import type { Assembly } from '../assemble/assembly.ts'
import type { Artifact, Emitter } from './artifact.ts'
import { buildRecord } from './build-record.ts'
import { EMITTERS, emitAll } from './registry.ts'
import { TOOL_VERSION } from './tool-version.ts'

/** Every output file of `emitters`, the build record apart; only for an assembly without error findings. */
export function encode(
  assembly: Assembly,
  timestamp = 0,
  emitters: readonly Emitter[] = EMITTERS,
): { readonly artifacts: readonly Artifact[]; readonly record: Artifact } {
  const artifacts = emitAll(assembly, emitters, { timestamp })
  return { artifacts, record: buildRecord(assembly, artifacts, TOOL_VERSION) }
}
