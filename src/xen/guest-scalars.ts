/**
 * Limits and switches of a guest that are one number for Xen and for xl alike. Each row is all that there is to say of one, besides its
 * place in the schema: model, device tree, xl configuration and what is said of the user's own properties and keys are made of it.
 */
import type { Release } from './releases.ts'

/** How the manifest says the value: a number as it is, a size of whole MiB, or true and false. */
export type ScalarUnit = 'count' | 'MiB' | 'switch'

export interface GuestScalar {
  readonly unit: ScalarUnit
  /** Property of the domain's node (arch/arm/dom0less-build.c, common/device-tree/dom0less-bindings.c). */
  readonly property: string
  /** The first release that reads the property. */
  readonly since: Release
  /** Key of xl's configuration (tools/xl/xl_parse.c). */
  readonly xlKey: string
  /** The first release whose xl reads the key. */
  readonly xlSince: Release
}

/** By key of the manifest, in the order in which trees and configurations have them. */
export const GUEST_SCALARS = {
  'nr-spis': { unit: 'count', property: 'nr_spis', since: '4.17', xlKey: 'nr_spis', xlSince: '4.19' },
  'max-grant-version': {
    unit: 'count',
    property: 'max_grant_version',
    since: '4.18',
    xlKey: 'max_grant_version',
    xlSince: '4.17',
  },
  'max-grant-frames': {
    unit: 'count',
    property: 'max_grant_frames',
    since: '4.18',
    xlKey: 'max_grant_frames',
    xlSince: '4.17',
  },
  'max-maptrack-frames': {
    unit: 'count',
    property: 'max_maptrack_frames',
    since: '4.18',
    xlKey: 'max_maptrack_frames',
    xlSince: '4.17',
  },
  'p2m-mem': {
    unit: 'MiB',
    property: 'xen,domain-p2m-mem-mb',
    since: '4.17',
    xlKey: 'shadow_memory',
    xlSince: '4.17',
  },
  'trap-unmapped-accesses': {
    unit: 'switch',
    property: 'trap-unmapped-accesses',
    since: '4.21',
    xlKey: 'trap_unmapped_accesses',
    xlSince: '4.21',
  },
} as const satisfies Readonly<Record<string, GuestScalar>>

export type GuestScalarKey = keyof typeof GUEST_SCALARS

/** Keys of the manifest whose values are said in `unit`. */
type KeysIn<Unit extends ScalarUnit> = {
  [K in GuestScalarKey]: (typeof GUEST_SCALARS)[K]['unit'] extends Unit ? K : never
}[GuestScalarKey]

/** Values as the manifest says them; absent: Xen's own default, which depends on the host. */
export type ScalarValues<Size> = { readonly [K in KeysIn<'count'>]?: number } & {
  readonly [K in KeysIn<'MiB'>]?: Size
} & { readonly [K in KeysIn<'switch'>]?: boolean }

/** Every row with its key. */
export const guestScalars = (): readonly (readonly [GuestScalarKey, GuestScalar])[] =>
  Object.entries(GUEST_SCALARS) as unknown as readonly (readonly [GuestScalarKey, GuestScalar])[]

/** `name` of each row → `value` of it. */
export const scalarsBy = <V>(
  name: (row: GuestScalar) => string,
  value: (row: GuestScalar, key: GuestScalarKey) => V,
): Readonly<Record<string, V>> => Object.fromEntries(guestScalars().map(([key, row]) => [name(row), value(row, key)]))
