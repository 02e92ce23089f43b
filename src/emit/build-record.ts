/** `build.json`: all inputs and outputs with their hashes (schemas/build-record.schema.json). Written last: a folder without it is unfinished. */
import type { Assembly } from '../assemble/assembly.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import { filesOfXl, recordedPath } from '../plan/in-dom0.ts'
import { sha256Hex } from '../units/sha256.ts'
import type { Artifact } from './artifact.ts'
import { json } from './plan-json.ts'

/** Path of the record below the output folder. */
export const BUILD_RECORD = 'build.json'

/** The record of a run that made `artifacts`, in their order. */
export const buildRecord = (assembly: Assembly, artifacts: readonly Artifact[], toolVersion: string): Artifact => ({
  path: BUILD_RECORD,
  contents: json({
    version: 1,
    tool: { name: 'domforge', version: toolVersion },
    system: assembly.plan.model.name,
    xen: assembly.plan.model.xen.version.text,
    domains: assembly.plan.model.domains.map(({ name }) => name),
    inputs: assembly.plan.inputs.map(inputRecord),
    outputs: artifacts.map(outputRecord),
    ...imagesOf(assembly),
  }),
})

/** Files of the user's that dom0 needs to create domains. */
function imagesOf({ plan }: Assembly): object {
  const name = plan.dom0?.domain.name
  const images = filesOfXl(plan).flatMap(({ file, place }) =>
    typeof file === 'string' ? [] : [{ path: recordedPath(file), domain: name, at: place }],
  )
  return images.length === 0 ? {} : { images }
}

function inputRecord({ path, size, sha256, read }: Assembly['plan']['inputs'][number]) {
  if (sha256 === undefined) throw new InternalError(`${path} was read without its hash, and is to be recorded`)
  return { path, size: Number(size), sha256, read }
}

function outputRecord({ path, contents, install }: Artifact) {
  const bytes = bytesOf(contents)
  return {
    path,
    size: bytes.length,
    sha256: sha256Hex(bytes),
    ...(install ? { install } : {}),
  }
}

/** The bytes of an artefact; texts are written as UTF-8. */
export const bytesOf = (contents: Artifact['contents']): Uint8Array =>
  typeof contents === 'string' ? new TextEncoder().encode(contents) : contents
