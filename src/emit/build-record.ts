/** `build.json`: what went in and what came out, with hashes (schemas/build-record.schema.json). Written last: a folder without it is unfinished. */
import { createHash } from 'node:crypto'
import type { Assembly } from '../assemble/assembly.ts'
import type { Artifact } from './artifact.ts'
import { json } from './plan-json.ts'

export const BUILD_RECORD = 'build.json'

/** The record of a run that made `artifacts`, in their order. */
export const buildRecord = (assembly: Assembly, artifacts: readonly Artifact[], toolVersion: string): Artifact => ({
  path: BUILD_RECORD,
  contents: json({
    version: 1,
    tool: { name: 'domforge', version: toolVersion },
    system: assembly.plan.model.name,
    xen: assembly.plan.model.xen.version.text,
    inputs: assembly.plan.inputs.map(({ path, size, sha256, read }) => ({ path, size: Number(size), sha256, read })),
    outputs: artifacts.map(outputRecord),
  }),
})

function outputRecord({ path, contents }: Artifact) {
  const bytes = bytesOf(contents)
  return { path, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** Text is written as UTF-8. */
export const bytesOf = (contents: Artifact['contents']): Uint8Array =>
  typeof contents === 'string' ? new TextEncoder().encode(contents) : contents
