/** Domains that do not say in a known word who creates them: which kinds they may be, so that the rest of them is still judged. */
import { closest } from '../diagnostics/closest.ts'
import { member } from '../diagnostics/diagnostic.ts'
import { put, remove, valueAt } from '../diagnostics/pointer.ts'
import type { SourceDocument } from '../source/document.ts'
import { isWordForGuest } from './foreign-words.ts'

/** At least one. */
type Kinds = readonly [string, ...string[]]

/** A domain without a kind that is known. */
export interface UnclearKind {
  /** Of the domain. */
  readonly pointer: string
  /** What it may be; a single one is what was plainly meant. */
  readonly kinds: Kinds
  /** The misspelt key that stands where `boot` should. */
  readonly word?: string
}

const KEY = 'boot'
const GUESTS: Kinds = ['dom0less', 'xl']
const ALL: Kinds = ['dom0', ...GUESTS]

/** In document order. What is no map cannot be judged as any kind. */
export function unclearKinds(source: SourceDocument): readonly UnclearKind[] {
  const domains = valueAt(source.value, '/domains')
  if (!isMap(domains)) return []
  return Object.entries(domains).flatMap(([name, domain]) => {
    const pointer = member('/domains', name)
    return isMap(domain) ? unclearKind(pointer, domain) : []
  })
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function unclearKind(pointer: string, domain: Readonly<Record<string, unknown>>): readonly UnclearKind[] {
  const word = Object.hasOwn(domain, KEY) ? undefined : Object.keys(domain).find((key) => closest(key, [KEY]))
  const written = domain[word ?? KEY]
  if (word === undefined && typeof written === 'string' && ALL.includes(written)) return []
  return [{ pointer, kinds: kindsMeant(written), ...(word === undefined ? {} : { word }) }]
}

function kindsMeant(written: unknown): Kinds {
  if (typeof written !== 'string') return ALL
  if (ALL.includes(written)) return [written]
  if (isWordForGuest(written)) return GUESTS
  const meant = closest(written, ALL)
  return meant === undefined ? ALL : [meant]
}

/** Its kind the `pass`th time that it is judged: one after the other, the last again and again. */
export const kindIn = ({ kinds }: UnclearKind, pass: number): string => kinds[pass] ?? kinds.at(-1) ?? kinds[0]

/** Makes that domain of `document` one of `kind`. */
export function setKind(document: unknown, { pointer, word }: UnclearKind, kind: string): void {
  if (word !== undefined) remove(document, member(pointer, word))
  put(document, member(pointer, KEY), kind)
}
