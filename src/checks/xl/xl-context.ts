/** What xl reads: configurations, and the files that they name. */
import type { XlConfig, XlEntry } from '../../assemble/assembly.ts'
import type { Origin } from '../../diagnostics/diagnostic.ts'
import type { FileFacts, PartialTree } from '../../facts/facts.ts'
import type { ForkFeature } from '../../xen/fork-features.ts'
import type { Release } from '../../xen/releases.ts'
import type { CpuLimit } from '../xen/cpu-limit.ts'
import type { XenView } from '../xen/view.ts'

/** All configurations of one system, and its xl. */
export interface XlContext {
  readonly release: Release
  /** Third number of Xen's version; absent: not known. */
  readonly point?: number
  /** What this Xen has and upstream's does not; absent: nothing. */
  readonly features?: readonly ForkFeature[]
  /** Version of the host's GIC; absent: not known. */
  readonly gic?: 'v2' | 'v3'
  /** CPUs of the host that Xen starts. */
  readonly cpus: CpuLimit
  /** The newest version of grant tables that this Xen allows. */
  readonly grantVersion: number
  /** What Xen reads at boot; absent: not known. */
  readonly host?: XenView
  /** Names of boot-time domains with xenstore, with their ids. Each has two: one from init-dom0less, and then its own. */
  readonly bootNames: ReadonlyMap<string, number>
  readonly domains: readonly XlDomainContext[]
}

/** One configuration file and what it refers to. */
export interface XlDomainContext {
  /** `with-others`: the supervisor creates it after boot. `asked`: it is created on demand. `again`: Xen starts it at boot, and xl creates it again when it has ended. */
  readonly created: 'with-others' | 'asked' | 'again'
  /** With the keys that this xl reads, and those that domforge does not know. */
  readonly config: XlConfig
  /** Keys that only a newer xl reads, and this one ignores. */
  readonly unread: readonly XlEntry[]
  /** Absent: not known, or not there (which a rule reports). */
  readonly kernel?: FileFacts
  readonly ramdisk?: FileFacts
  readonly partialTree?: PartialTree
}

/** The entry of a key; `undefined`: it is not given. */
export const entryOf = ({ config }: XlDomainContext, key: string): XlEntry | undefined =>
  config.entries.find((entry) => entry.key === key)

/** The value as `xlu_cfg_get_long` reads it: a signed number of 64 bits in C's notation, with or without quotes; `undefined`: it is none. */
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

/** The value as `xlu_cfg_get_string` reads it; `undefined`: it is a list, or not given. */
export function textOf(entry: XlEntry | undefined): string | undefined {
  if (!entry || typeof entry.value === 'object') return undefined
  return String(entry.value)
}

/** The items of a list; `undefined`: the value is none, or not given. */
export const listOf = (entry: XlEntry | undefined): readonly string[] | undefined =>
  entry && typeof entry.value === 'object' ? entry.value : undefined

/** One item of a list. */
export interface XlItem {
  readonly text: string
  readonly at: Origin
}

/** The items of a list; none if the value is no list (which a rule reports), or not given. */
export function itemsOf(domain: XlDomainContext, key: string): readonly XlItem[] {
  const entry = entryOf(domain, key)
  if (!entry || typeof entry.value !== 'object') return []
  return entry.value.map((text, index) => ({ text, at: entry.items?.[index] ?? originOfItem(entry.origin, index) }))
}

/** Origin of an item that has none of its own. Lists in `extra-xl` have the same items in the manifest. */
const originOfItem = (origin: Origin, index: number): Origin =>
  isExtra(origin) && origin.kind === 'manifest' ? { ...origin, pointer: `${origin.pointer}/${index}` } : origin

/** Whether the user wrote a key in `extra-xl`; domforge makes all others from other keys of the manifest. */
export const isExtra = (origin: Origin): boolean =>
  origin.kind === 'manifest' && /\/extra-xl\/[^/]+$/.test(origin.pointer)

/** Origin of a configuration as a whole: its domain. */
export const ownerOf = ({ config }: XlDomainContext): Origin => ({
  kind: 'manifest',
  pointer: config.pointer,
  on: 'key',
})
