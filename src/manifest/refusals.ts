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
  const wide = source.wideIntegers.get(pointer)
  const value = wide === undefined ? valueAt(source.value, pointer) : Number(wide)
  const written = shortened(source.written(pointer) ?? described(value, ''))
  const wrong: WrongValue = { pointer, keyword, value, written, schema: schemaAt(pointer, source.value) }
  const said =
    refusedNull(wrong) ?? refusedLength(wrong) ?? refusedRelease(wrong) ?? refusedQuantity(wrong) ?? refusedForm(wrong)
  const { code, message, help } = said ?? refusedType(wrong)
  return { code, finding: { at: atValue(pointer), message, help } }
}

interface WrongValue {
  readonly pointer: string
  readonly keyword: string
  readonly value: unknown
  /** The value as the user wrote it, where it is a scalar. */
  readonly written: string
  readonly schema: SchemaNode
}

interface Said {
  readonly code: Code
  readonly message: string
  readonly help: string
}

function refusedNull({ pointer, value, written, schema }: WrongValue): Said | undefined {
  if (value !== null) return undefined
  const message = `'${nameOf(pointer)}' has no value${nullWord(written)}`
  return { code: 'MAN-016', message, help: remedyForNull(written, schema) }
}

/** More entries than anybody needs; what they cost to look at is bounded that way. */
function refusedLength({ pointer, keyword, value, schema }: WrongValue): Said | undefined {
  const most = { maxItems: schema.maxItems, maxProperties: schema.maxProperties }[keyword]
  if (most === undefined || typeof value !== 'object' || value === null) return undefined
  const message = `'${nameOf(pointer)}' has ${Object.keys(value).length} entries; at most ${most} are allowed`
  return { code: 'MAN-019', message, help: 'leave out what is not needed' }
}

function refusedRelease({ pointer, value, written }: WrongValue): Said | undefined {
  if (pointer !== '/xen/release' || typeof value !== 'number') return undefined
  return { code: 'MAN-017', message: `without quotes, ${written} is the number ${value}`, help: `write "${written}"` }
}

function refusedQuantity({ value, written, schema }: WrongValue): Said | undefined {
  if (!isScalar(value)) return undefined
  if (schema['x-unit'] === 'bytes') return { code: 'MAN-014', ...refusedSize(written) }
  if (schema['x-unit'] !== 'host-physical address') return undefined
  return { code: 'MAN-015', message: `'${written}' is no address`, help: 'write a whole number such as 0x4000_0000' }
}

function refusedForm({ pointer, keyword, value, written, schema }: WrongValue): Said | undefined {
  if (!isScalar(value)) return undefined
  const name = nameOf(pointer)
  const choices = choicesAt(schema)
  if (choices.length > 0)
    return { code: 'MAN-013', message: `'${name}' cannot be '${written}'`, help: choiceHelp(written, choices) }
  const help = `give ${expected(schema)}`
  switch (keyword) {
    case 'minimum':
    case 'maximum':
      return { code: 'MAN-019', message: `${written} is out of range for '${name}'`, help }
    case 'pattern':
      return {
        code: 'MAN-025',
        message: written === '' ? `'${name}' is empty` : `'${written}' is not what '${name}' looks like`,
        help,
      }
    default:
      return undefined
  }
}

function refusedType({ pointer, value, written, schema }: WrongValue): Said {
  const message = `'${nameOf(pointer)}' is ${described(value, written)}`
  return { code: 'MAN-012', message, help: `give ${expected(schema)}${quoteHint(schema, written, value)}` }
}

/** Long enough to recognise it. */
const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text)

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const nullWord = (written: string): string =>
  /^(null|~)$/i.test(written) ? `: unquoted, ${written} means nothing` : ''

/** The word is a remedy only where the schema takes it. */
function remedyForNull(written: string, schema: SchemaNode): string {
  const choices = choicesAt(schema)
  const isMeant = choices.length === 0 ? schema.type === 'string' : choices.includes(written)
  return /^null$/i.test(written) && isMeant
    ? `write "${written}" if the word is meant, or remove the key`
    : 'give a value, or remove the key'
}

function choicesAt(schema: SchemaNode): readonly string[] {
  if (schema.const !== undefined) return [String(schema.const)]
  return (schema.enum ?? []).map(String)
}

/** A choice that does not select any variant of a union. */
export function refusedChoice(pointer: string, tag: string, source: SourceDocument): Refused {
  const written = source.written(`${pointer}/${tag}`) ?? described(valueAt(source.value, `${pointer}/${tag}`), '')
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

function described(value: unknown, written: string): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object' && value !== null) return 'a map'
  if (typeof value === 'string') return value === '' ? 'an empty text' : `the text '${written}'`
  if (typeof value === 'boolean') return `${written}, which is no text`
  return `the number ${written}`
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
  [schema.type].flat().includes('string') && isScalar(value) && typeof value !== 'string'
    ? `; quote it: "${written}"`
    : ''
