/** What to say of keys: unknown ones, missing ones, and those that belong elsewhere. */
import { closest } from '../diagnostics/closest.ts'
import { atKey, member } from '../diagnostics/diagnostic.ts'
import { nameOf, parentOf, valueAt } from '../diagnostics/pointer.ts'
import type { SourceDocument } from '../source/document.ts'
import { insteadOf, withoutPrefix } from './foreign-words.ts'
import { oneOf, type Refused } from './refusals.ts'
import { choicesOf, followed, type SchemaNode, schemaAt, variantsOf } from './schema.ts'

/** The key of `known` that `key` was probably meant to be; one that is already there does not count. */
export function meantKey(parent: string, key: string, source: SourceDocument): string | undefined {
  const { properties = {} } = schemaAt(parent, source.value)
  const given = valueAt(source.value, parent)
  const absent = Object.keys(properties).filter((name) => valueAt(given, member('', name)) === undefined)
  const instead = insteadOf(parent, key, valueAt(given, '/boot'))
  if (instead === undefined) {
    const bare = withoutPrefix(key)
    return closest(key, absent) ?? (bare === key ? undefined : closest(bare, absent))
  }
  return 'key' in instead && absent.includes(instead.key) ? instead.key : undefined
}

/** What to use instead of a word that comes from elsewhere. */
function translated(parent: string, key: string, { properties = {} }: SchemaNode, source: SourceDocument) {
  const instead = insteadOf(parent, key, valueAt(source.value, `${parent}/boot`))
  if (instead === undefined) return undefined
  if ('help' in instead) return instead.help
  return Object.hasOwn(properties, instead.key) ? `remove it: '${instead.key}' is given already` : undefined
}

export function unknownKey(parent: string, key: string, source: SourceDocument): Refused {
  const at = atKey(member(parent, key))
  const wrongKind = keyOfOtherKinds(parent, key, source)
  if (wrongKind) return { code: 'MAN-018', finding: { at, ...wrongKind } }
  const schema = schemaAt(parent, source.value)
  const meant = meantKey(parent, key, source)
  const help =
    meant !== undefined
      ? `did you mean '${meant}'?`
      : (translated(parent, key, schema, source) ?? elsewhere(key, schema, source) ?? knownKeys(schema))
  return { code: 'MAN-010', finding: { at, message: `unknown key '${key}'`, help } }
}

/** A long list does not help, least of all repeated. */
function knownKeys({ properties = {} }: SchemaNode): string {
  const names = Object.keys(properties)
  return names.length > 8
    ? "'domforge schema manifest' lists the keys that exist here"
    : `known here: ${names.join(', ')}`
}

/** A key that other variants of the same union have. */
function keyOfOtherKinds(
  parent: string,
  key: string,
  source: SourceDocument,
): { message: string; help: string } | undefined {
  const union = schemaAt(parentOf(parent), source.value).additionalProperties
  const node = typeof union === 'object' ? followed(union) : schemaAtUnion(parent)
  const tag = node.discriminator?.propertyName
  if (tag === undefined) return undefined
  const kinds = choicesOf(node).filter((_, index) => Object.hasOwn(variantsOf(node)[index]?.properties ?? {}, key))
  if (kinds.length === 0) return undefined
  const own = String(valueAt(source.value, `${parent}/${tag}`))
  const others = kinds.map((kind) => `'${tag}: ${kind}'`).join(' or ')
  const [file, tagFile] = [key, tag].map((name) => source.locate(atKey(member(parent, name))).file)
  const way =
    file === tagFile
      ? 'remove it'
      : `write '${key}: $delete' beside '${tag}: ${own}' in ${tagFile}, which leaves it out`
  return { message: `'${key}' does not exist for '${tag}: ${own}'`, help: `${way}: it is for ${others}` }
}

/** The union at `pointer` before a variant is chosen: seen with an empty manifest. */
const schemaAtUnion = (pointer: string): SchemaNode => schemaAt(pointer, {})

/** Where a key that is unknown here would be right: in a map below, or at the top. */
function elsewhere(key: string, schema: SchemaNode, source: SourceDocument): string | undefined {
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    if (Object.hasOwn(followed(property).properties ?? {}, key)) return `'${key}' belongs under '${name}'`
  const top = schemaAt('', source.value)
  return top !== schema && Object.hasOwn(top.properties ?? {}, key)
    ? `'${key}' belongs at the top of the manifest: is it indented too far?`
    : undefined
}

/**
 * A key in a union that was to say which variant is meant: until it is spelt correctly, the other keys of the map cannot be looked at.
 */
function misspeltTag(parent: string, key: string, source: SourceDocument): Refused | undefined {
  const choices = tagChoices(parent, key)
  const given = valueAt(source.value, parent)
  if (choices.length === 0 || typeof given !== 'object' || given === null) return undefined
  const word = Object.keys(given).find((name) => closest(name, [key]) !== undefined)
  if (word === undefined) return undefined
  const value = source.written(member(parent, word)) ?? ''
  const choice = choices.includes(value) ? undefined : closest(value, choices)
  const help = `did you mean '${choice === undefined ? key : `${key}: ${choice}`}'?`
  return { code: 'MAN-010', finding: { at: atKey(member(parent, word)), message: `unknown key '${word}'`, help } }
}

/** The values that `key` may have where it says which variant of a union the map at `parent` is. */
function tagChoices(parent: string, key: string): readonly string[] {
  const union = schemaAtUnion(parent)
  return union.discriminator?.propertyName === key ? choicesOf(union) : []
}

export function missingKey(parent: string, key: string, source: SourceDocument): Refused {
  const misspelt = misspeltTag(parent, key, source)
  if (misspelt) return misspelt
  const { examples: [example] = [] } = schemaAt(member(parent, key), source.value)
  const choices = tagChoices(parent, key)
  const where = parent === '' ? 'the manifest' : `'${nameOf(parent)}'`
  const help =
    choices.length > 0
      ? `add ${oneOf(choices.map((choice) => `${key}: ${choice}`))}`
      : typeof example === 'string' || typeof example === 'number'
        ? `add it, such as '${key}: ${key === 'release' ? `"${example}"` : example}'`
        : `add it; 'domforge schema manifest' describes it`
  return { code: 'MAN-011', finding: { at: atKey(parent), message: `${where} has no '${key}'`, help } }
}
