/**
 * Limits and switches of a guest that are one number, for Xen and for xl alike. A new one takes a row here and a place in the schema: model,
 * device tree, xl configuration and the rules about the user's own properties and keys follow from the row.
 */
import type { Release } from './releases.ts'

/** How the manifest gives the value: as a plain number, as a size of whole MiB, or as true or false. */
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

/** Keys of the manifest whose values are given in `Unit`. */
type KeysIn<Unit extends ScalarUnit> = {
  [K in GuestScalarKey]: (typeof GUEST_SCALARS)[K]['unit'] extends Unit ? K : never
}[GuestScalarKey]

/** Values as the manifest gives them; absent: Xen's own default, which depends on the host. */
export type ScalarValues<Size> = { readonly [K in KeysIn<'count'>]?: number } & {
  readonly [K in KeysIn<'MiB'>]?: Size
} & { readonly [K in KeysIn<'switch'>]?: boolean }

/** Every row with its key. */
export const guestScalars = (): readonly (readonly [GuestScalarKey, GuestScalar])[] =>
  Object.entries(GUEST_SCALARS) as unknown as readonly (readonly [GuestScalarKey, GuestScalar])[]

/** A record of all rows: what `name` makes of a row is its key, and what `value` makes of it is its value. */
export const scalarsBy = <V>(
  name: (row: GuestScalar) => string,
  value: (row: GuestScalar, key: GuestScalarKey) => V,
): Readonly<Record<string, V>> => Object.fromEntries(guestScalars().map(([key, row]) => [name(row), value(row, key)]))
