/** Manifests that were valid, and are changed as text, as values, or both. */
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { member } from '../../../src/diagnostics/diagnostic.ts'
import { followed, type SchemaNode, schemaAt } from '../../../src/manifest/schema.ts'
import { chosen, place } from './place.ts'
import { FILES, NUMBERS, SCHEMA_VALUES, TEXTS } from './values.ts'

type Json = Record<string, unknown>

const plain = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...SCHEMA_VALUES) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...NUMBERS) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...TEXTS) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...FILES) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}) },
  { weight: 1, arbitrary: fc.oneof(fc.integer(), fc.string(), fc.jsonValue({ maxDepth: 2 })) },
)
const value = fc.oneof(
  { weight: 12, arbitrary: plain },
  { weight: 1, arbitrary: fc.array(plain, { maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom('a', 'size', 'start', 'image', ...TEXTS), plain, { maxKeys: 3 }),
  },
)

/** Items, mostly one: the more there are, the earlier the tool stops. */
const several = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.tuple(item) },
    { weight: 1, arbitrary: fc.array(item, { minLength: 2, maxLength: 5 }) },
  )

/** Changes a manifest in place. */
type Change = (manifest: Json) => void

const set = fc.tuple(place, value).map(
  ([at, fresh]): Change =>
    (manifest) => {
      const { holder, key } = chosen(slots(manifest), at) ?? {}
      if (holder && key !== undefined) holder[key] = structuredClone(fresh)
    },
)
/** Replaces a value by one of the kind that the schema has there, so that the manifest gets far. */
const setAlike = fc.tuple(place, place).map(
  ([at, which]): Change =>
    (manifest) => {
      const { holder, key, pointer } = chosen(slots(manifest), at) ?? {}
      if (!holder || key === undefined || pointer === undefined) return
      const schema = schemaAt(pointer, manifest)
      holder[key] = structuredClone(
        chosen([...(schema.examples ?? []), ...(schema.enum ?? []), ...alike(schema)], which),
      )
    },
)
const alike = ({ title, type }: SchemaNode): readonly unknown[] => {
  if (title === 'FilePath') return FILES
  return title === 'Size' || title === 'Address' || type === 'integer' ? NUMBERS : type === 'string' ? TEXTS : []
}
const remove = place.map(
  (at): Change =>
    (manifest) => {
      const { holder, key } = chosen(slots(manifest), at) ?? {}
      if (holder && key !== undefined) delete holder[key]
    },
)
/** Adds a key that the schema has at a place, with one of its examples or another value. */
const add = fc.tuple(place, place, place, fc.option(value)).map(
  ([at, of, which, other]): Change =>
    (manifest) => {
      const [map, pointer] = chosen(maps(manifest), at) ?? []
      if (!map || pointer === undefined) return
      const [key, schema] = chosen(Object.entries(schemaAt(pointer, manifest).properties ?? {}), of) ?? ['x-more', {}]
      map[key] = structuredClone(other ?? chosen(followed(schema).examples ?? [], which) ?? null)
    },
)
const copy = fc.tuple(place, place).map(
  ([from, to]): Change =>
    (manifest) => {
      const all = slots(manifest)
      const [source, target] = [chosen(all, from), chosen(all, to)]
      if (source && target) target.holder[target.key] = structuredClone(source.holder[source.key])
    },
)
const rename = fc.tuple(place, fc.constantFrom(...TEXTS, 'chosen', 'dom0', 'aliases', 'x')).map(
  ([at, name]): Change =>
    (manifest) => {
      const { holder, key } = chosen(slots(manifest), at) ?? {}
      if (!holder || Array.isArray(holder)) return
      const entries = Object.entries(holder).map(([old, inner]) => [old === key ? name : old, inner] as const)
      for (const old of Object.keys(holder)) delete holder[old]
      // A key `__proto__` as YAML has it: an ordinary one.
      for (const [fresh, inner] of entries)
        Object.defineProperty(holder, fresh, { value: inner, enumerable: true, configurable: true, writable: true })
    },
)
const multiply = fc.tuple(place, fc.constantFrom(2, 3, 12, 40)).map(
  ([at, count]): Change =>
    (manifest) => {
      const domains = mapOf(manifest['domains'])
      const [name, domain] = chosen(Object.entries(domains ?? {}), at) ?? []
      if (!domains || name === undefined) return
      for (let index = 0; index < count; index++) domains[`${name}${index}`] = structuredClone(domain)
    },
)

const change = fc.oneof(
  { weight: 4, arbitrary: set },
  { weight: 12, arbitrary: setAlike },
  { weight: 12, arbitrary: add },
  { weight: 2, arbitrary: remove },
  { weight: 2, arbitrary: copy },
  { weight: 2, arbitrary: rename },
  { weight: 1, arbitrary: multiply },
)

const mapOf = (inner: unknown): Json | undefined =>
  typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Json) : undefined

/** Every map, and its pointer. */
function maps(inner: unknown, pointer = ''): (readonly [Json, string])[] {
  const map = mapOf(inner)
  if (!map) return []
  return [[map, pointer], ...Object.entries(map).flatMap(([key, deeper]) => maps(deeper, member(pointer, key)))]
}

interface Slot {
  readonly holder: Json
  readonly key: string
  readonly pointer: string
}

/** Every place that has a value. */
function slots(inner: unknown, above = ''): Slot[] {
  if (typeof inner !== 'object' || inner === null) return []
  return Object.entries(inner).flatMap(([key, deeper]) => {
    const pointer = member(above, key)
    return [{ holder: inner as Json, key, pointer }, ...slots(deeper, pointer)]
  })
}

type Edit = (text: string) => string

const onLines = (edit: (lines: string[]) => void): Edit => {
  return (text) => {
    const lines = text.split('\n')
    edit(lines)
    return lines.join('\n')
  }
}
const indexIn = (items: readonly unknown[], at: number): number => Math.floor(at * items.length)

const lineEdit = fc.tuple(fc.constantFrom('remove', 'repeat', 'swap', 'indent'), place, place).map(
  ([what, at, other]): Edit =>
    onLines((lines) => {
      const [one, two] = [indexIn(lines, at), indexIn(lines, other)]
      const [line = '', second = ''] = [lines[one], lines[two]]
      if (what === 'remove') lines.splice(one, 1)
      else if (what === 'repeat') lines.splice(two, 0, line)
      else if (what === 'indent') lines[one] = `  ${line}`
      else [lines[one], lines[two]] = [second, line]
    }),
)

/** Replaces one match of a pattern. */
const replaced = (pattern: RegExp, fresh: fc.Arbitrary<string>) =>
  fc.tuple(place, fresh).map(
    ([at, text]): Edit =>
      (manifest) => {
        const match = chosen([...manifest.matchAll(pattern)], at)
        return match ? manifest.slice(0, match.index) + text + manifest.slice(match.index + match[0].length) : manifest
      },
  )

const written = fc.oneof(
  fc.constantFrom(...NUMBERS, ...FILES).map(String),
  fc.constantFrom(...TEXTS).map((text) => JSON.stringify(text)),
  fc.constantFrom(...SCHEMA_VALUES).map((example) => JSON.stringify(example)),
  fc.constantFrom('&a x', '*a', '!!int 1', '|', '>', '{', ']', '? :', '%', '@', '<<: *a', '---', '\t'),
)

const edit = fc.oneof(
  { weight: 3, arbitrary: lineEdit },
  { weight: 3, arbitrary: replaced(/[\w./-]+/g, written) },
  { weight: 2, arbitrary: replaced(/\d+/g, fc.constantFrom(...NUMBERS).map(String)) },
  { weight: 1, arbitrary: replaced(/(?:)/g, written) },
)

/** One of `originals` after one to four changes. */
export function mutatedManifest(originals: readonly string[]): fc.Arbitrary<string> {
  const original = fc.constantFrom(...originals)
  const changed = fc.tuple(original, several(change)).map(([text, changes]) => {
    const manifest = parse(text) as Json
    for (const apply of changes) apply(manifest)
    return stringify(manifest)
  })
  const edited = fc
    .tuple(fc.oneof({ weight: 4, arbitrary: original }, changed), several(edit))
    .map(([text, edits]) => edits.reduce((before, apply) => apply(before), text))
  return fc.oneof({ weight: 3, arbitrary: changed }, { weight: 2, arbitrary: edited })
}
