/** A manifest as it would be with its keys spelt correctly, so that what is below a misspelt one is looked at in the same run. */
import { closest } from '../diagnostics/closest.ts'
import { type ManifestOrigin, member, type Report } from '../diagnostics/diagnostic.ts'
import { copyOf, nameOf, parentOf, valueAt } from '../diagnostics/pointer.ts'
import type { SourceDocument } from '../source/document.ts'
import { meantKey, unknownKey } from './keys.ts'
import type { Refused } from './refusals.ts'
import conforms from './validate.gen.js'

/** A key that is `written` where it should be `meant`: pointers whose parents are spelt correctly. */
interface Respelling {
  readonly written: string
  readonly meant: string
}

/**
 * Reports keys that are one letter or so from one of the schema that is not there (MAN-010), and returns the manifest with the right ones. Places and
 * texts are still those that were written. Words of other tools stay: they often take other values.
 */
export function respell(source: SourceDocument, report: Report): SourceDocument {
  if (conforms(source.value)) return source
  const respellings: Respelling[] = []
  const value = copyOf(source.value)
  for (let found = misspelt(value, source); found.length > 0; found = misspelt(value, source))
    for (const { refused, ...respelling } of found) {
      report(refused.code, refused.finding)
      respellings.push(respelling)
    }
  return respellings.length === 0 ? source : seenAs(value, respellings, source)
}

/** Keys of one pass, renamed in `value`: what is below them is looked at in the next. */
function misspelt(value: unknown, source: SourceDocument): readonly (Respelling & { readonly refused: Refused })[] {
  const seen = { ...source, value }
  const errors = conforms(value) ? [] : (conforms.errors ?? [])
  return errors.flatMap(({ keyword, instancePath, params }) => {
    const key: unknown = params['additionalProperty']
    if (keyword !== 'additionalProperties' || typeof key !== 'string') return []
    const meant = meantKey(instancePath, key, seen)
    if (meant === undefined || closest(key, [meant]) === undefined) return []
    const refused = unknownKey(instancePath, key, seen)
    if (refused.code !== 'MAN-010') return []
    const respelling = { written: member(instancePath, key), meant: member(instancePath, meant) }
    rename(value, respelling)
    return [{ ...respelling, refused }]
  })
}

/** In its place: domains are numbered in their order. */
function rename(value: unknown, { written, meant }: Respelling): void {
  const parent = valueAt(value, parentOf(written))
  if (typeof parent !== 'object' || parent === null) return
  const entries = Object.entries(parent)
  for (const [key] of entries) Reflect.deleteProperty(parent, key)
  for (const [key, entry] of entries) Reflect.set(parent, key === nameOf(written) ? nameOf(meant) : key, entry)
}

function seenAs(value: unknown, respellings: readonly Respelling[], source: SourceDocument): SourceDocument {
  const written = new Map(respellings.map((one) => [one.meant, nameOf(one.written)]))
  const meant = new Map(respellings.map((one) => [one.written, nameOf(one.meant)]))
  const back = (pointer: string): string => asWritten(pointer, written)
  return {
    ...source,
    value,
    wideIntegers: new Map([...source.wideIntegers].map(([pointer, wide]) => [asMeant(pointer, meant), wide])),
    folderOf: (pointer) => source.folderOf(back(pointer)),
    written: (pointer) => source.written(back(pointer)),
    locate: (origin: ManifestOrigin) => source.locate({ ...origin, pointer: back(origin.pointer) }),
  }
}

/** `written`: the last part as it was written, by pointers of correct keys. */
const asWritten = (pointer: string, written: ReadonlyMap<string, string>): string =>
  pointer === '' ? '' : member(asWritten(parentOf(pointer), written), written.get(pointer) ?? nameOf(pointer))

/** `meant`: the last part as it was meant, by pointers whose parents are correct. */
function asMeant(pointer: string, meant: ReadonlyMap<string, string>): string {
  if (pointer === '') return ''
  const within = member(asMeant(parentOf(pointer), meant), nameOf(pointer))
  return member(parentOf(within), meant.get(within) ?? nameOf(within))
}
