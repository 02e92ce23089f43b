/** What a build would change below its output folder. Writes nothing. */
import { realpathSync } from 'node:fs'
import { inFile, type Report } from '../diagnostics/diagnostic.ts'
import { abandonedIn } from './claim.ts'
import { compareOutputs } from './compare.ts'
import { earlierOutputs } from './earlier.ts'
import { wasCutOff } from './journal.ts'
import { placesOfInputs } from './places.ts'
import { isSystemError, whyNoFolder } from './system-error.ts'
import type { OutputRequest } from './write.ts'

/** Paths below the output folder, in the order of the artefacts. */
export interface Differences {
  readonly missing: readonly string[]
  /** There with other contents, or as something else than a file. */
  readonly different: readonly string[]
  /** Written by an earlier build, and made by nothing any more. */
  readonly stale: readonly string[]
  /** A build was cut off after its first change, and none has succeeded since. */
  readonly cutOff: boolean
}

/** `undefined` after reporting why the folder cannot be read; one that does not exist lacks everything. */
export function inspectOutputs(request: OutputRequest, report: Report): Differences | undefined {
  const { folder, artifacts, record, inputs } = request
  const wanted = [...artifacts, record]
  try {
    const root = realpathSync(folder)
    const { outputs } = earlierOutputs(root, record.path, abandonedIn(root))
    const found = compareOutputs(root, wanted, outputs, placesOfInputs(inputs))
    return {
      missing: found.missing.map(({ path }) => path),
      different: found.different.map(({ path }) => path),
      stale: [...found.stale, ...found.edited],
      cutOff: wasCutOff(root),
    }
  } catch (error) {
    if (!isSystemError(error)) throw error
    if (error.code === 'ENOENT')
      return { missing: wanted.map(({ path }) => path), different: [], stale: [], cutOff: false }
    const help = 'make it readable for the user who runs the build, or choose another folder with -o'
    report('OUT-001', { at: inFile(folder), message: `the output folder cannot be read: ${whyNoFolder(error)}`, help })
    return undefined
  }
}
