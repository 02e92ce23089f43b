/** Names by which one part of the manifest speaks of another. */

import { closest } from '../diagnostics/closest.ts'
import { atKey, type ManifestOrigin, member } from '../diagnostics/diagnostic.ts'
import { isInNothing, valueAt } from '../diagnostics/pointer.ts'
import type { ModelContext } from './context.ts'
import { lookup } from './lookup.ts'
import type { Domain } from './system-model.ts'

/** What a name may mean. */
export interface Declared {
  /** For people: `domain`. */
  readonly what: string
  /** Without what was so wrong that it was dropped. */
  readonly declared: readonly string[]
  /** The map that holds them. */
  readonly pointer: string
}

const named = lookup((domain: Domain) => [domain.name])
const declares = lookup((name: string) => [name])

/** Whether `name` is declared, be it as what was refused and dropped; REF-009 when not. Where what holds the map is missing, which was reported, it may be. */
export function isDeclared(
  context: ModelContext,
  at: ManifestOrigin,
  name: string,
  { what, declared, pointer }: Declared,
): boolean {
  const written = context.source.value
  if (declares(declared, name).length > 0 || isInNothing(pointer, written)) return true
  if (valueAt(written, member(pointer, name)) !== undefined) return true
  const near = closest(name, declared)
  context.report('REF-009', {
    at,
    message: `there is no ${what} '${name}'`,
    help:
      near === undefined ? `declare it under '${pointer.slice(1).replaceAll('/', '.')}'` : `did you mean '${near}'?`,
  })
  return false
}

/** The domain `name`, whoever creates it; REF-009 for a name that is none. Those that were dropped before give nothing. */
export function someDomain(
  context: ModelContext,
  at: ManifestOrigin,
  name: string,
  domains: Declared & { readonly read: readonly Domain[] },
): string | undefined {
  return isDeclared(context, at, name, domains) ? named(domains.read, name)[0]?.name : undefined
}

/**
 * The domain `name`, if it can take part in what Xen sets up at boot; REF-009 for a name that is none, REF-030 for a domain of xl. Those
 * that were dropped before give nothing.
 */
export function participant(
  context: ModelContext,
  at: ManifestOrigin,
  name: string,
  domains: Declared & { readonly read: readonly Domain[] },
): string | undefined {
  if (!isDeclared(context, at, name, domains)) return undefined
  const domain = named(domains.read, name)[0]
  if (domain?.boot === 'xl') {
    context.report('REF-030', {
      at,
      message: `'${name}' is created by dom0 with xl, so it takes no part in what Xen sets up at boot`,
      help: `set 'boot: dom0less' for '${name}', or remove it here`,
      related: [{ at: atKey(member(domains.pointer, name)), message: `'${name}' is declared here` }],
    })
    return undefined
  }
  return domain?.name
}
