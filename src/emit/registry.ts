/** Every emitter, in the order in which artefacts are listed. A new artefact is a file here and a line below. */
import type { Assembly } from '../assemble/assembly.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import { argoArtifacts } from './argo/artifacts.ts'
import type { Artifact, EmitSettings, Emitter } from './artifact.ts'
import { backendArtifacts } from './backends/artifacts.ts'
import { bootCommands, bootScriptImage } from './boot-script.ts'
import { boardOverlays, boardTreeBlob, deviceTreeBlob, deviceTreeSource } from './device-tree.ts'
import { lifecycleArtifacts } from './lifecycle/artifacts.ts'
import { guestMarks } from './lifecycle/guest-mark.ts'
import { guestWatchdogs } from './lifecycle/guest-watchdog.ts'
import { prepareArtifacts } from './lifecycle/prepare.ts'
import { overlayBlob, overlaySource } from './overlay.ts'
import { partialTrees } from './partial-trees.ts'
import { planArtifact } from './plan-json.ts'
import { pvAttach } from './pv-attach.ts'
import { report } from './report/report.ts'
import { virtioArtifacts } from './virtio/artifacts.ts'
import { xenOptions } from './xen-options.ts'
import { xlConfigs } from './xl-config.ts'

/** All emitters. */
export const EMITTERS: readonly Emitter[] = [
  bootScriptImage,
  bootCommands,
  deviceTreeBlob,
  boardTreeBlob,
  boardOverlays,
  deviceTreeSource,
  overlaySource,
  overlayBlob,
  xenOptions,
  partialTrees,
  xlConfigs,
  ...virtioArtifacts,
  argoArtifacts,
  backendArtifacts,
  pvAttach,
  prepareArtifacts,
  lifecycleArtifacts,
  guestWatchdogs,
  guestMarks,
  planArtifact,
  report,
]

/** Every artefact of `emitters`, without the build record. Equal assemblies give equal bytes. */
export function emitAll(
  assembly: Assembly,
  emitters: readonly Emitter[] = EMITTERS,
  settings: EmitSettings = { timestamp: 0 },
): readonly Artifact[] {
  const artifacts = emitters.flatMap((emitter) => emitter.emit(assembly, settings))
  const seen = new Set<string>()
  for (const { path } of artifacts) {
    if (seen.has(path)) throw new InternalError(`two artefacts at ${path}`)
    seen.add(path)
  }
  return artifacts
}
