/** Domains and virtio devices that do not say in a known word what they are: which kinds they may be, so that the rest of them is still judged. */
import { DEVICE_TYPES } from '../devices/registry.ts'
import { closest } from '../diagnostics/closest.ts'
import { member } from '../diagnostics/diagnostic.ts'
import { put, remove, valueAt } from '../diagnostics/pointer.ts'
import type { SourceDocument } from '../source/document.ts'
import { isWordForGuest } from './foreign-words.ts'

/** At least one. */
export type Kinds = readonly [string | boolean, ...(string | boolean)[]]

/** A domain or device without a kind that is known, or another entry without a value that can only be one of few. */
export interface UnclearKind {
  /** Of the entry. */
  readonly pointer: string
  /** What says its kind. */
  readonly key: string
  /** Until the kind is known, the schema says nothing of the other keys. */
  readonly hidesOthers: boolean
  /** What it may be; a single one is what was plainly meant. */
  readonly kinds: Kinds
  /** The misspelt key that stands where `key` should. */
  readonly word?: string
}

type Words = readonly [string, ...string[]]

type Entry = Readonly<Record<string, unknown>>

/** A key that says what the entries of a section are. */
interface Kind {
  readonly section: string
  readonly key: string
  readonly hidesOthers: boolean
  readonly all: readonly string[]
  /** What one of `entries` may be that says none of `all`. */
  readonly meantIn: (entries: Entry) => (written: string | undefined) => Words
}

const GUESTS: Words = ['dom0less', 'xl']
const DOMAINS: Words = ['dom0', ...GUESTS]
const TRANSPORTS: Words = ['static-shm', 'mmio']
const LAYOUTS: Words = ['static-vrings', 'resource-table', 'zephyr-static-vrings']
/** As different as types of devices are: what is wrong with all of these has nothing to do with the type. */
const TYPES: Words = ['console', 'net', 'entropy']

const KINDS: readonly Kind[] = [
  {
    section: '/domains',
    key: 'boot',
    hidesOthers: true,
    all: DOMAINS,
    meantIn: (domains) => {
      const hasDom0 = Object.values(domains).some((domain) => valueAt(domain, '/boot') === 'dom0')
      return (written) => (hasDom0 || (written !== undefined && isWordForGuest(written)) ? GUESTS : DOMAINS)
    },
  },
  { section: '/virtio', key: 'transport', hidesOthers: true, all: TRANSPORTS, meantIn: () => () => TRANSPORTS },
  { section: '/virtio', key: 'layout', hidesOthers: false, all: LAYOUTS, meantIn: () => () => LAYOUTS },
  {
    section: '/virtio',
    key: 'type',
    hidesOthers: false,
    all: DEVICE_TYPES.map(({ name }) => name),
    meantIn: () => () => TYPES,
  },
]

/** In document order. What is no map cannot be judged as any kind. */
export function unclearKinds(source: SourceDocument): readonly UnclearKind[] {
  return KINDS.flatMap((kind) => {
    const entries = valueAt(source.value, kind.section)
    if (!isMap(entries)) return []
    const meant = kind.meantIn(entries)
    return Object.entries(entries).flatMap(([name, entry]) =>
      isMap(entry) ? unclearKind(member(kind.section, name), entry, kind, meant) : [],
    )
  })
}

const isMap = (value: unknown): value is Entry => typeof value === 'object' && value !== null && !Array.isArray(value)

function unclearKind(
  pointer: string,
  entry: Entry,
  { key, hidesOthers, all }: Kind,
  meant: (written: string | undefined) => Words,
): readonly UnclearKind[] {
  const word = Object.hasOwn(entry, key) ? undefined : Object.keys(entry).find((one) => closest(one, [key]))
  const written = entry[word ?? key]
  const text = typeof written === 'string' ? written : undefined
  if (text !== undefined && all.includes(text) && word === undefined) return []
  // A device by registers has no layout.
  if (key === 'layout' && entry['transport'] === 'mmio') return []
  const near = text === undefined || isWordForGuest(text) ? undefined : closest(text, all)
  const single = text !== undefined && all.includes(text) ? text : near
  return [
    {
      pointer,
      key,
      hidesOthers,
      kinds: single === undefined ? meant(text) : [single],
      ...(word === undefined ? {} : { word }),
    },
  ]
}

/** Its kind the `pass`th time that it is judged: one after the other, and again. */
export const kindIn = ({ kinds }: UnclearKind, pass: number): string | boolean => kinds[pass % kinds.length] ?? kinds[0]

/** Makes that entry of `document` one of `kind`. */
export function setKind(document: unknown, { pointer, key, word }: UnclearKind, kind: string | boolean): void {
  if (word !== undefined) remove(document, member(pointer, word))
  put(document, member(pointer, key), kind)
}
