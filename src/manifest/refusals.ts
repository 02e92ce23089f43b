/** What to say of a value that does not conform to the schema: one finding per mistake, in the user's words. */

import type { Code } from '../diagnostics/catalogue/index.ts'
import { closest } from '../diagnostics/closest.ts'
import { atValue, type Finding } from '../diagnostics/diagnostic.ts'
import type { SourceDocument } from '../source/document.ts'
import { nameOf, valueAt } from './json.ts'
import { choicesOf, type SchemaNode, schemaAt } from './schema.ts'
import { refusedSize } from './sizes.ts'

export interface Refused {
  readonly code: Code
  readonly finding: Finding
}

/** A value of the wrong type, form or range at `pointer`; `keyword` is the schema's that it does not satisfy. */
export function refusedValue(pointer: string, keyword: string, source: SourceDocument): Refused {
  const schema = schemaAt(pointer, source.value)
  const value = valueAt(source.value, pointer)
  const say = (code: Code, message: string, help: string): Refused => ({
    code,
    finding: { at: atValue(pointer), message, help },
  })
  const written = source.written(pointer) ?? described(value)
  if (value === null)
    return say('MAN-016', `'${nameOf(pointer)}' has no value${nullWord(written)}`, remedyForNull(written))
  if (pointer === '/xen/release' && typeof value === 'number')
    return say('MAN-017', `without quotes, ${written} is the number ${value}`, `write "${written}"`)
  if (schema['x-unit'] === 'bytes' && isText(value)) {
    const { message, help } = refusedSize(written)
    return say('MAN-014', message, help)
  }
  if (schema['x-unit'] === 'host-physical address' && isText(value))
    return say('MAN-015', `'${written}' is no address`, 'write a whole number such as 0x4000_0000')
  const choices = choicesAt(schema)
  if (choices.length > 0 && isText(value))
    return say('MAN-013', `'${nameOf(pointer)}' cannot be '${written}'`, choiceHelp(written, choices))
  if ((keyword === 'minimum' || keyword === 'maximum') && typeof value === 'number')
    return say('MAN-019', `${written} is out of range for '${nameOf(pointer)}'`, `give ${expected(schema)}`)
  if (keyword === 'pattern' || keyword === 'minLength' || keyword === 'maxLength')
    return say('MAN-025', `'${written}' is not what '${nameOf(pointer)}' looks like`, `give ${expected(schema)}`)
  return say(
    'MAN-012',
    `'${nameOf(pointer)}' is ${described(value)}`,
    `give ${expected(schema)}${quoteHint(schema, written, value)}`,
  )
}

const isText = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const nullWord = (written: string): string =>
  /^(null|~)$/i.test(written) ? `: unquoted, ${written} means nothing` : ''

const remedyForNull = (written: string): string =>
  /^null$/i.test(written)
    ? `write "${written}" if the word is meant, or remove the key`
    : 'give a value, or remove the key'

function choicesAt(schema: SchemaNode): readonly string[] {
  if (schema.const !== undefined) return [String(schema.const)]
  return (schema.enum ?? []).map(String)
}

/** A choice that does not select any variant of a union. */
export function refusedChoice(pointer: string, tag: string, source: SourceDocument): Refused {
  const written = source.written(`${pointer}/${tag}`) ?? described(valueAt(source.value, `${pointer}/${tag}`))
  const help = choiceHelp(written, choicesOf(schemaAt(pointer, source.value)))
  return {
    code: 'MAN-013',
    finding: { at: atValue(`${pointer}/${tag}`), message: `'${tag}' cannot be '${written}'`, help },
  }
}

function choiceHelp(written: string, choices: readonly string[]): string {
  const meant = closest(written, choices)
  if (meant !== undefined) return `did you mean '${meant}'?`
  const last = choices.at(-1) ?? ''
  return choices.length === 1 ? `write '${last}'` : `choose '${choices.slice(0, -1).join("', '")}' or '${last}'`
}

function described(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object' && value !== null) return 'a map'
  if (typeof value === 'string') return value === '' ? 'an empty text' : `the text '${value}'`
  if (typeof value === 'boolean') return `${value} (yes or no)`
  return typeof value === 'number' ? `the number ${value}` : 'nothing'
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  boolean: 'true',
  array: 'a list',
  object: 'a map',
}

/** What the schema takes, with an example. */
function expected(schema: SchemaNode): string {
  const types = [schema.type ?? []].flat()
  const what =
    schema['x-unit'] === 'bytes'
      ? 'a size'
      : schema['x-unit'] === 'host-physical address'
        ? 'an address'
        : types.map((type) => TYPES[type] ?? type).join(' or ')
  const example = schema.examples?.[0]
  return example === undefined ? what || 'another value' : `${what}, such as ${asYaml(example)}`
}

const asYaml = (example: unknown): string =>
  typeof example === 'object'
    ? JSON.stringify(example)
        .replaceAll(/"([a-z][\w-]*)":/g, '$1: ')
        .replaceAll(',', ', ')
    : String(example)

const quoteHint = (schema: SchemaNode, written: string, value: unknown): string =>
  [schema.type].flat().includes('string') && isText(value) && typeof value !== 'string'
    ? `; quote it: "${written}"`
    : ''
