/** What xl finds: configurations, and the files that they name. */
import type { XlConfig, XlEntry } from '../../assemble/assembly.ts'
import type { Origin } from '../../diagnostics/diagnostic.ts'
import type { FileFacts, PartialTree } from '../../facts/facts.ts'
import type { ForkFeature } from '../../xen/fork-features.ts'
import type { Release } from '../../xen/releases.ts'
import type { CpuLimit } from '../xen/cpu-limit.ts'
import type { XenView } from '../xen/view.ts'

export interface XlContext {
  readonly release: Release
  /** Third number of Xen's version; absent: not known. */
  readonly point?: number
  /** What it has besides upstream's; absent: nothing. */
  readonly features?: readonly ForkFeature[]
  /** Of the host; absent: not known. */
  readonly gic?: 'v2' | 'v3'
  /** CPUs of the host that Xen starts. */
  readonly cpus: CpuLimit
  /** Newest grant table version that this Xen offers. */
  readonly grantVersion: number
  /** The machine as Xen finds it; absent: not known. */
  readonly host?: XenView
  /**
   * Names that domains have already when xl creates one, with their ids: boot-time domains with xenstore have one from init-dom0less, and then
   * their own.
   */
  readonly bootNames: ReadonlyMap<string, number>
  readonly domains: readonly XlDomainContext[]
}

/** One configuration file and what it refers to. */
export interface XlDomainContext {
  /** `with-others`: the supervisor creates it when the machine has booted; `asked`: somebody does so; `again`: it is a further life of a domain that Xen started. */
  readonly created: 'with-others' | 'asked' | 'again'
  /** With the keys that xl of this release reads, and those that domforge does not know. */
  readonly config: XlConfig
  /** Keys that only a newer xl reads: whatever they say, this one ignores them. */
  readonly unread: readonly XlEntry[]
  /** Absent: not known, or not there (which was reported). */
  readonly kernel?: FileFacts
  readonly ramdisk?: FileFacts
  readonly partialTree?: PartialTree
}

export const entryOf = ({ config }: XlDomainContext, key: string): XlEntry | undefined =>
  config.entries.find((entry) => entry.key === key)

/** The value as xl's `xlu_cfg_get_long` reads it: C's number notation in 64 bits with sign, with or without quotes; `undefined`: no number. */
export function integerOf(entry: XlEntry | undefined): bigint | undefined {
  if (!entry || typeof entry.value === 'object') return undefined
  const value = typeof entry.value === 'bigint' ? entry.value : integerIn(entry.value)
  return value === undefined || value === BigInt.asIntN(64, value) ? value : undefined
}

function integerIn(text: string): bigint | undefined {
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text)
  if (!match) return undefined
  const [, sign = '', digits = '0'] = match
  const octal = /^0[0-7]+$/.test(digits)
  const magnitude = BigInt(octal ? `0o${digits.slice(1)}` : digits)
  return sign === '-' ? -magnitude : magnitude
}

/** The value as `xlu_cfg_get_string` reads it: lists have none. */
export function textOf(entry: XlEntry | undefined): string | undefined {
  if (!entry || typeof entry.value === 'object') return undefined
  return String(entry.value)
}

export const listOf = (entry: XlEntry | undefined): readonly string[] | undefined =>
  entry && typeof entry.value === 'object' ? entry.value : undefined

/** One item of a list. */
export interface XlItem {
  readonly text: string
  readonly at: Origin
}

/** The items of a key that is a list; none where it is absent, or no list (which is reported). */
export function itemsOf(domain: XlDomainContext, key: string): readonly XlItem[] {
  const entry = entryOf(domain, key)
  if (!entry || typeof entry.value !== 'object') return []
  return entry.value.map((text, index) => ({ text, at: entry.items?.[index] ?? originOfItem(entry.origin, index) }))
}

/** Of the lists that say no more, only those of the manifest's `extra-xl` stand there item by item. */
const originOfItem = (origin: Origin, index: number): Origin =>
  isExtra(origin) && origin.kind === 'manifest' ? { ...origin, pointer: `${origin.pointer}/${index}` } : origin

/** Whether a key is the user's own rather than made of the manifest's keys. */
export const isExtra = (origin: Origin): boolean =>
  origin.kind === 'manifest' && /\/extra-xl\/[^/]+$/.test(origin.pointer)

/** Where a domain's configuration as a whole stands. */
export const ownerOf = ({ config }: XlDomainContext): Origin => ({
  kind: 'manifest',
  pointer: config.pointer,
  on: 'key',
})
