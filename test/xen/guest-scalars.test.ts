/** Rows of the table of scalars against what Xen's and xl's own documents say, and against what is written. */
import { describe, expect, it } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import { type DtNode, nodeAt } from '../../src/devicetree/model.ts'
import { xlConfigText } from '../../src/emit/xl-config.ts'
import { MiB, times } from '../../src/units/quantities.ts'
import { DOMAIN_PROPERTIES } from '../../src/xen/domain-properties.ts'
import { GUEST_SCALARS, type GuestScalarKey } from '../../src/xen/guest-scalars.ts'
import { isAtLeast, RELEASES, type Release } from '../../src/xen/releases.ts'
import { XL_KEYS } from '../../src/xen/xl-keys.ts'
import { dom0, dom0less, makePlan, xlDomain } from '../plan/builder.ts'

interface Documented {
  /** Heading in docs/misc/arm/device-tree/booting.txt, and the first stable branch whose document and parser have it. */
  readonly property: readonly [string, Release]
  /** Item of docs/man/xl.cfg.5.pod.in as it stands there, and the first stable branch whose document and xl_parse.c have it. */
  readonly item: readonly [string, Release]
  /** A value in the model, the cell that Xen reads for it, and the line that xl reads. */
  readonly value: number | boolean | bigint
  readonly cell: bigint
  readonly line: string
}

/** Copied from the documents by hand: a row that is misspelt or mixed up with another one does not agree. */
const DOCUMENTED: Readonly<Record<GuestScalarKey, Documented>> = {
  // "A 32-bit integer specifying the number of SPIs (Shared Peripheral Interrupts) to allocate for the domain."
  'nr-spis': {
    property: ['nr_spis', '4.17'],
    item: ['nr_spis="NR_SPIS"', '4.19'],
    value: 64,
    cell: 64n,
    line: 'nr_spis = 64',
  },
  // "A 32-bit integer specifying the maximum grant table version the domain is allowed to use"
  'max-grant-version': {
    property: ['max_grant_version', '4.18'],
    item: ['max_grant_version=NUMBER', '4.17'],
    value: 2,
    cell: 2n,
    line: 'max_grant_version = 2',
  },
  // "A 32-bit integer specifying the maximum number of grant frames the domain is allowed to have."
  'max-grant-frames': {
    property: ['max_grant_frames', '4.18'],
    item: ['max_grant_frames=NUMBER', '4.17'],
    value: 70,
    cell: 70n,
    line: 'max_grant_frames = 70',
  },
  // "A 32-bit integer specifying the maximum number of grant maptrack frames the domain is allowed to have."
  'max-maptrack-frames': {
    property: ['max_maptrack_frames', '4.18'],
    item: ['max_maptrack_frames=NUMBER', '4.17'],
    value: 80,
    cell: 80n,
    line: 'max_maptrack_frames = 80',
  },
  // "… amount of megabytes of RAM used for the domain P2M pool. This is in-sync with the shadow_memory option in xl.cfg."
  'p2m-mem': {
    property: ['xen,domain-p2m-mem-mb', '4.17'],
    item: ['shadow_memory=MBYTES', '4.17'],
    value: times(6, MiB),
    cell: 6n,
    line: 'shadow_memory = 6',
  },
  // "If set to 0, guest accesses will read all bits as ones … and writes will be ignored. If set to 1, guest accesses will trap."
  'trap-unmapped-accesses': {
    property: ['trap-unmapped-accesses', '4.21'],
    item: ['trap_unmapped_accesses=BOOLEAN', '4.21'],
    value: false,
    cell: 0n,
    line: 'trap_unmapped_accesses = 0',
  },
}

const keys = Object.keys(DOCUMENTED) as GuestScalarKey[]

const numbers = (node: DtNode | undefined): ReadonlyMap<string, readonly unknown[]> =>
  new Map(
    node?.properties.map(({ name, value }) => [
      name,
      value.flatMap((part) => (part.kind === 'cells' ? part.cells : [])),
    ]),
  )

/** The node of a boot-time domain and the configuration that creates it again, and the configuration of one that only xl creates. */
function written(release: Release, more: object) {
  const domains = [dom0(), dom0less('booted', more), xlDomain('created', more)]
  const { hostTree, xl } = assemble(makePlan({ release, domains }))
  const linesOf = (name: string) =>
    xl.flatMap((config) => (config.domain === name ? xlConfigText(config).split('\n') : []))
  return { node: nodeAt(hostTree.root, '/chosen/booted'), again: linesOf('booted'), created: linesOf('created') }
}

describe('scalars of guests', () => {
  it('are the documented ones', () => {
    expect(Object.keys(GUEST_SCALARS)).toEqual(keys)
  })

  it.each(keys)('%s has the name and the release that the documents give', (key) => {
    const { property, item } = DOCUMENTED[key]
    const [xlKey, unit] = item[0].split('=')
    const row = GUEST_SCALARS[key]
    expect([row.property, row.since]).toEqual(property)
    expect([row.xlKey, row.xlSince]).toEqual([xlKey, item[1]])
    expect(row.unit === 'MiB').toBe(unit === 'MBYTES')
    expect(row.unit === 'switch').toBe(unit === 'BOOLEAN')
    expect(DOMAIN_PROPERTIES[property[0]]).toBe(property[1])
    expect(XL_KEYS[xlKey ?? '']).toEqual({ kind: unit === 'BOOLEAN' ? 'boolean' : 'integer', since: item[1] })
  })

  it.each(keys.flatMap((key) => RELEASES.map((release) => [key, release] as const)))(
    '%s is written for Xen %s',
    (key, release) => {
      const { property, item, value, cell, line } = DOCUMENTED[key]
      const [without, made] = [written(release, {}), written(release, { [key]: value })]
      const added = [...numbers(made.node)].filter(([name]) => !numbers(without.node).has(name))
      expect(added).toEqual([[property[0], [cell]]])
      expect(made.created.filter((each) => !without.created.includes(each))).toEqual([line])
      const known = isAtLeast(release, item[1])
      expect(made.again.filter((each) => !without.again.includes(each))).toEqual(known ? [line] : [])
    },
  )
})
