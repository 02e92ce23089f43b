/** Refused values in whose place only few others can stand: to go on as if nothing were written there would mean the default, which nobody asked for. */
import type { ErrorObject } from 'ajv'
import { closest } from '../diagnostics/closest.ts'
import { nameOf, parentOf, valueAt } from '../diagnostics/pointer.ts'
import type { SourceDocument } from '../source/document.ts'
import type { Kinds, UnclearKind } from './kinds.ts'
import { onlyWord, type SchemaNode, schemaAt } from './schema.ts'

/** Each costs an attempt at the whole manifest; no list that says how something is done is longer. */
const MOST = 6

/** In the order of `errors`; of a value that is refused twice, twice the same. */
export function unclearChoices(errors: readonly ErrorObject[], source: SourceDocument): readonly UnclearKind[] {
  return errors.flatMap(({ keyword, instancePath }) => {
    const value = valueAt(source.value, instancePath)
    if (!ABOUT_VALUES.has(keyword) || value === undefined || typeof value === 'object') return []
    const kinds = meantBy(value, schemaAt(instancePath, source.value))
    if (!kinds || kinds.length > MOST) return []
    return [{ pointer: parentOf(instancePath), key: nameOf(instancePath), hidesOthers: false, kinds }]
  })
}

const ABOUT_VALUES: ReadonlySet<string> = new Set(['enum', 'type', 'pattern'])

function meantBy(value: unknown, schema: SchemaNode): Kinds | undefined {
  if (schema.type === 'boolean' && schema.const === undefined) return booleansMeantBy(String(value))
  const word = onlyWord(schema)
  const [first, ...others] = word === undefined ? (schema.enum ?? []).filter(isString) : [word]
  if (first === undefined) return undefined
  const near = closest(String(value), [first, ...others])
  return near === undefined ? [first, ...others] : [near]
}

const isString = (value: unknown): value is string => typeof value === 'string'

/** YAML 1.1 had more words for true and false. */
function booleansMeantBy(written: string): Kinds {
  if (/^(yes|on|y|true|1)$/i.test(written)) return [true]
  return /^(no|off|n|false|0)$/i.test(written) ? [false] : [true, false]
}
