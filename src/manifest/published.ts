/** The published JSON Schemas, as files of the package. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { InternalError } from '../diagnostics/internal-error.ts'

const SUFFIX = '.schema.json'

/** The folder `schemas/` above this module, whether bundled or not. */
function folder(): URL {
  for (const up of ['../', '../../']) {
    const candidate = new URL(`${up}schemas/`, import.meta.url)
    if (existsSync(new URL(`manifest${SUFFIX}`, candidate))) return candidate
  }
  throw new InternalError('the folder schemas/ is missing from this installation')
}

/** Names without ending, sorted. */
export const schemaNames = (): readonly string[] =>
  readdirSync(folder())
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort()

/** The text of a schema that `schemaNames` lists. */
export const schemaText = (name: string): string => readFileSync(new URL(`${name}${SUFFIX}`, folder()), 'utf8')
