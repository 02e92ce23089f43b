/** What to say of a value that does not conform to the schema: one finding per mistake, in the user's words. */

import type { Code } from '../diagnostics/catalogue/index.ts'
import { closest } from '../diagnostics/closest.ts'
import { atValue, type Finding } from '../diagnostics/diagnostic.ts'
import { nameOf, parentOf, valueAt } from '../diagnostics/pointer.ts'
import type { SourceDocument } from '../source/document.ts'
import { KNOWN_RELEASES, releaseOf } from '../xen/releases.ts'
import { refusedDuration } from './durations.ts'
import { isWordForGuest } from './foreign-words.ts'
import { refusedRate } from './rates.ts'
import { choicesOf, onlyWord, type SchemaNode, schemaAt } from './schema.ts'
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
    refusedNull(wrong, source) ??
    refusedLength(wrong) ??
    refusedRepetition(wrong) ??
    refusedRelease(wrong) ??
    refusedQuantity(wrong) ??
    refusedForm(wrong)
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

function refusedNull({ pointer, value, written, schema }: WrongValue, source: SourceDocument): Said | undefined {
  if (value !== null) return undefined
  const message = `'${nameOf(pointer)}' has no value${nullWord(written)}`
  const isRequired = schemaAt(parentOf(pointer), source.value).required?.includes(nameOf(pointer)) === true
  const help = cutByComma(pointer, source) ?? remedyForNull(written, schema, isRequired)
  return { code: 'MAN-016', message, help }
}

/** Names of Xen's properties have a comma, which in braces ends a key: `{ xen,foo: 1 }` has `xen` and `foo`. */
function cutByComma(pointer: string, source: SourceDocument): string | undefined {
  const properties = valueAt(source.value, parentOf(pointer))
  if (nameOf(parentOf(pointer)) !== 'extra-properties' || typeof properties !== 'object') return undefined
  const names = Object.keys(properties ?? {})
  const next = names[names.indexOf(nameOf(pointer)) + 1]
  if (next === undefined || source.written(pointer)) return undefined
  return `in braces a comma ends a key: write "${nameOf(pointer)},${next}" in quotes if that is the name, else give a value`
}

/** More entries than any system needs: this bounds what it costs to look at them. */
function refusedLength({ pointer, keyword, value, schema }: WrongValue): Said | undefined {
  const most = { maxItems: schema.maxItems, maxProperties: schema.maxProperties }[keyword]
  if (most === undefined || typeof value !== 'object' || value === null) return undefined
  const message = `'${nameOf(pointer)}' has ${Object.keys(value).length} entries; at most ${most} are allowed`
  return { code: 'MAN-019', message, help: 'remove what is not needed' }
}

function refusedRelease({ pointer, value, written }: WrongValue): Said | undefined {
  if (pointer !== '/xen/release' || typeof value !== 'number') return undefined
  const message =
    String(value) === written
      ? `without quotes, ${written} is a number, and a release is a string: 4.20 would become 4.2`
      : `without quotes, ${written} is the number ${value}`
  const meant = meantRelease(written)
  const help = releaseOf(meant) ? `write "${meant}"` : `write it in quotes: one of ${KNOWN_RELEASES}`
  return { code: 'MAN-017', message, help }
}

/** What a number that was `written` as a release was before a program wrote it without its last zero. */
export const meantRelease = (written: string): string => (releaseOf(written) ? written : `${written}0`)

function refusedQuantity({ value, written, schema }: WrongValue): Said | undefined {
  if (!isScalar(value)) return undefined
  if (schema['x-unit'] === 'bytes') return { code: 'MAN-014', ...refusedSize(written) }
  if (schema['x-unit'] === 'rate') return { code: 'MAN-035', ...refusedRate(written) }
  if (schema['x-unit'] === 'duration') return { code: 'MAN-033', ...refusedDuration(written) }
  if (schema['x-unit'] !== 'host-physical address') return undefined
  return { code: 'MAN-015', message: `'${written}' is not an address`, help: addressHelp(written) }
}

const addressHelp = (written: string): string =>
  /^0X[0-9a-f_]+$/i.test(written) && written.startsWith('0X')
    ? `write ${written.replace('0X', '0x')}: in YAML 1.2, hexadecimal numbers begin with a lowercase 0x`
    : 'write a whole number such as 0x4000_0000'

/** One entry twice, in a list where each may stand once. */
function refusedRepetition({ pointer, keyword, value }: WrongValue): Said | undefined {
  if (keyword !== 'uniqueItems' || !Array.isArray(value)) return undefined
  const repeated = value.find((item, index) => value.indexOf(item) < index)
  return {
    code: 'MAN-019',
    message: `'${nameOf(pointer)}' has '${repeated}' twice`,
    help: 'remove one of the two',
  }
}

function refusedForm({ pointer, keyword, value, written, schema }: WrongValue): Said | undefined {
  if (!isScalar(value)) return undefined
  const name = nameOfEntry(pointer)
  const choices = choicesAt(schema)
  if (choices.length > 0)
    return { code: 'MAN-013', message: `'${name}' cannot be '${written}'`, help: choiceHelp(written, choices) }
  const help = `give ${expected(schema)}`
  switch (keyword) {
    case 'minimum':
    case 'maximum':
      return {
        code: 'MAN-019',
        message: `${written} is out of range for '${name}'`,
        help: `give ${expected(schema, true)}`,
      }
    case 'pattern':
      return {
        code: 'MAN-025',
        message: written === '' ? `'${name}' is empty` : `'${written}' is not a valid '${name}'`,
        help: meantWord(written, schema) ?? `${help}${quoteHint(schema, written, value)}`,
      }
    default:
      return undefined
  }
}

function refusedType({ pointer, value, written, schema }: WrongValue): Said {
  const name = nameOfEntry(pointer)
  const message = `'${name}' is ${described(value, written)}`
  const help =
    typeof value === 'string' ? (booleanHelp(value, schema) ?? mapHelp(value, schema)) : listHelp(value, schema)
  return { code: 'MAN-012', message, help: help ?? `give ${expected(schema)}${quoteHint(schema, written, value)}` }
}

/** YAML 1.1 had more words for true and false. */
function booleanHelp(value: string, schema: SchemaNode): string | undefined {
  if (![schema.type].flat().includes('boolean')) return undefined
  if (/^(yes|on|y|true)$/i.test(value)) return `write true: in YAML 1.2, ${value} is a string`
  if (/^(no|off|n|false)$/i.test(value))
    return schema.const === true ? 'remove the key' : `write false: in YAML 1.2, ${value} is a string`
  return undefined
}

/** Things with names stand in a map. */
const listHelp = (value: unknown, { additionalProperties }: SchemaNode): string | undefined =>
  Array.isArray(value) && typeof additionalProperties === 'object'
    ? "give a map whose keys are the names: 'control: { … }' instead of '- name: control'"
    : undefined

/** A file's name where a map says more of the file. */
function mapHelp(value: string, { type, required = [] }: SchemaNode): string | undefined {
  const [key] = required
  return type === 'object' && required.length === 1 && !value.includes(':')
    ? `write {${key}: ${JSON.stringify(value)}}`
    : undefined
}

/** The key that a value stands at; of an entry of a list, the list's. */
const nameOfEntry = (pointer: string): string =>
  /^[0-9]+$/.test(nameOf(pointer)) ? nameOf(parentOf(pointer)) : nameOf(pointer)

/** Long enough to recognise it. */
const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text)

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const nullWord = (written: string): string =>
  /^(null|~)$/i.test(written) ? `: unquoted, ${written} means no value` : ''

/** The word is a remedy only where the schema takes it. */
function remedyForNull(written: string, schema: SchemaNode, isRequired: boolean): string {
  const choices = choicesAt(schema)
  const isMeant = choices.length === 0 ? schema.type === 'string' : choices.includes(written)
  return /^null$/i.test(written) && isMeant
    ? `write "${written}" if the word is meant${isRequired ? '' : ', or remove the key'}`
    : isRequired
      ? `give ${expected(schema)}`
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

/** Where one string alone is taken, besides what is no string. */
function meantWord(written: string, schema: SchemaNode): string | undefined {
  const word = onlyWord(schema)
  return word !== undefined && closest(written, [word]) ? `did you mean '${word}'?` : undefined
}

function choiceHelp(written: string, choices: readonly string[]): string {
  if (choices.includes('dom0less') && isWordForGuest(written))
    return "choose 'dom0less' (Xen builds the domain at boot) or 'xl' (dom0 creates it)"
  const meant = closest(written, choices)
  if (meant !== undefined) return `did you mean '${meant}'?`
  return choices.length === 1 ? `write '${choices[0]}'` : `choose ${oneOf(choices)}`
}

/** `'a', 'b' or 'c'`. */
export function oneOf(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `'${choice}'`)
  return [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter(Boolean).join(' or ')
}

function described(value: unknown, written: string): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object' && value !== null) return 'a map'
  if (typeof value === 'string') return value === '' ? 'an empty string' : `the string '${written}'`
  if (typeof value === 'boolean') return `${written}, which is not a string`
  return `the number ${written}`
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
}

/** By the schema's unit. */
const QUANTITIES: Readonly<Record<string, string>> = {
  bytes: 'a size',
  'host-physical address': 'an address',
  duration: 'a length of time',
  rate: 'a frequency',
}

/** What the schema takes, with an example; of numbers also from where to where, if that is what a value misses. */
function expected(schema: SchemaNode, isRanged = false): string {
  const types = [schema.type ?? []].flat()
  const what =
    QUANTITIES[schema['x-unit'] ?? ''] ??
    (types.includes('boolean') ? undefined : schema['x-form']) ??
    types.map((type) => wordFor(type, schema, isRanged)).join(' or ')
  const example = types.includes('boolean') ? undefined : exampleOf(schema)
  return example === undefined ? what || 'another value' : `${what}, such as ${asYaml(example)}`
}

/** The first that says more than the words before it do. */
const exampleOf = (schema: SchemaNode): unknown =>
  schema.examples?.find((example) => example !== onlyWord(schema)) ?? schema.examples?.[0]

function wordFor(type: string, schema: SchemaNode, isRanged: boolean): string {
  const word = TYPES[type] ?? type
  if (type === 'string') return onlyWord(schema) ?? word
  const { minimum, maximum } = schema
  if (type !== 'integer' || !isRanged || minimum === undefined) return word
  return maximum === undefined ? `${word}, at least ${minimum},` : `${word} from ${minimum} to ${maximum}`
}

const asYaml = (example: unknown): string =>
  typeof example === 'object'
    ? JSON.stringify(example)
        .replaceAll(/"([a-z][\w-]*)":/g, '$1: ')
        .replaceAll(',', ', ')
    : String(example)

function quoteHint({ type }: SchemaNode, written: string, value: unknown): string {
  const types = [type].flat()
  if (types.includes('string') && isScalar(value) && typeof value !== 'string') return `; quote it: "${written}"`
  return types.includes('integer') && typeof value === 'string' && /^[0-9]+$/.test(value)
    ? `; without quotes, ${value} is one`
    : ''
}
