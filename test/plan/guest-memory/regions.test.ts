/** Where each guest sees a region: given, kept, in the first gap with room, or at the host's address. */
import { describe, expect, it } from 'vitest'
import { atKey } from '../../../src/diagnostics/diagnostic.ts'
import { Findings } from '../../../src/diagnostics/findings.ts'
import { type GuestLayout, type HostedRegion, planRegions } from '../../../src/plan/guest-memory/regions.ts'
import { bytes, guestPhys, hostPhys } from '../../../src/units/quantities.ts'
import { range } from '../../../src/units/range.ts'

const [KB, MB] = [1n << 10n, 1n << 20n]

type Span = readonly [base: bigint, size: bigint]
const free = (...spans: readonly Span[]): GuestLayout => ({
  isDirect: false,
  free: spans.map(([base, size]) => range(guestPhys(base), bytes(size))),
})

/** `access`: where the manifest has each domain see it. */
const region = (name: string, size: bigint, access: Readonly<Record<string, bigint | 'auto'>>): HostedRegion => ({
  region: {
    pointer: `/shared-memory/${name}`,
    name,
    size: bytes(size),
    'host-address': 'auto',
    access: Object.entries(access).map(([domain, address]) => ({
      pointer: `/shared-memory/${name}/access/${domain}`,
      domain,
      'guest-address': address === 'auto' ? 'auto' : guestPhys(address),
    })),
  },
  id: { value: name, by: 'default', reason: 'its name' },
  host: { value: range(hostPhys(0x9000_0000n), bytes(size)), by: 'allocated', reason: 'test' },
})

function planned(
  regions: readonly HostedRegion[],
  layouts: Readonly<Record<string, GuestLayout>>,
  locked: Readonly<Record<string, string>> = {},
) {
  const findings = new Findings()
  const lock = { entries: new Map(Object.entries(locked)) }
  const found = planRegions(regions, new Map(Object.entries(layouts)), lock, findings.report)
  return {
    places: found.map(({ region: { name }, parties }) => [
      name,
      parties.map(({ access, guest: { value, ...source } }) => [
        access.domain,
        value.base,
        value.size,
        'at' in source ? source.at : source.by,
      ]),
    ]),
    said: findings.all.map(({ code, at, message }) => ({ code, at, message })),
  }
}

const ROOM = free([0x3a00_0000n, 16n * MB], [0x3300_0000n, 64n * MB])

it('says who chose each place', () => {
  const chosenBy = (address: bigint | 'auto', layout: GuestLayout) => {
    const layouts = new Map([['a', layout]])
    const lock = { entries: new Map() }
    const found = planRegions([region('x', MB, { a: address })], layouts, lock, new Findings().report)
    return found[0]?.parties[0]?.guest.by
  }
  expect(chosenBy(0x3a00_0000n, ROOM)).toBe('manifest')
  expect(chosenBy(0x3a00_0000n, { isDirect: true })).toBe('manifest')
  expect(chosenBy('auto', ROOM)).toBe('allocated')
})

describe('a region in a guest', () => {
  it('lies in the first gap that has room, at what suits its size, apart from others', () => {
    const regions = [
      region('x', 3n * MB, { a: 'auto' }),
      region('y', 20n * MB, { a: 'auto' }),
      region('z', 68n * KB, { a: 'auto' }),
    ]
    expect(planned(regions, { a: ROOM })).toEqual({
      places: [
        ['x', [['a', 0x3a00_0000n, 3n * MB, 'allocated']]],
        ['y', [['a', 0x3300_0000n, 20n * MB, 'allocated']]],
        ['z', [['a', 0x3a30_0000n, 68n * KB, 'allocated']]],
      ],
      said: [],
    })
  })

  it('is given by the manifest, before others are placed', () => {
    const regions = [region('x', MB, { a: 'auto' }), region('y', MB, { a: 0x3a00_0000n })]
    expect(planned(regions, { a: ROOM }).places).toEqual([
      ['x', [['a', 0x3a10_0000n, MB, 'allocated']]],
      ['y', [['a', 0x3a00_0000n, MB, '/shared-memory/y/access/a/guest-address']]],
    ])
  })

  it('lies where it lies on the host in a direct-mapped one, unless it is given', () => {
    const regions = [region('x', MB, { a: 'auto', b: 0x1000n })]
    expect(planned(regions, { a: { isDirect: true }, b: { isDirect: true } }).places).toEqual([
      [
        'x',
        [
          ['a', 0x9000_0000n, MB, 'allocated'],
          ['b', 0x1000n, MB, '/shared-memory/x/access/b/guest-address'],
        ],
      ],
    ])
  })

  it('stays where the lock has it, also with another size; each guest has its own', () => {
    const key = (name: string, domain: string) => `shared-memory/${name}/access/${domain}/guest-address`
    const locked = { [key('x', 'a')]: '0x3a400000+0x100000', [key('x', 'b')]: '0x33000000+0x200000' }
    expect(planned([region('x', 2n * MB, { a: 'auto', b: 'auto' })], { a: ROOM, b: ROOM }, locked)).toEqual({
      places: [
        [
          'x',
          [
            ['a', 0x3a40_0000n, 2n * MB, key('x', 'a')],
            ['b', 0x3300_0000n, 2n * MB, key('x', 'b')],
          ],
        ],
      ],
      said: [],
    })
  })

  it('stays where the lock has it also where it had no room without the lock', () => {
    const key = (name: string) => `shared-memory/${name}/access/a/guest-address`
    const regions = [region('x', MB, { a: 'auto' }), region('y', 4n * MB, { a: 'auto' })]
    const gaps = free([0x3a00_0000n, 4n * MB], [0x3300_0000n, MB])
    expect(planned(regions, { a: gaps }).said.map(({ code }) => code)).toEqual(['RES-009'])
    const locked = { [key('x')]: '0x33000000+0x100000', [key('y')]: '0x3a000000+0x400000' }
    expect(planned(regions, { a: gaps }, locked)).toEqual({
      places: [
        ['x', [['a', 0x3300_0000n, MB, key('x')]]],
        ['y', [['a', 0x3a00_0000n, 4n * MB, key('y')]]],
      ],
      said: [],
    })
  })

  it('moves where the lock has it outside of every gap, and that is said (OUT-008)', () => {
    const locked = { 'shared-memory/x/access/a/guest-address': '0x3af00000+0x100000' }
    expect(planned([region('x', 2n * MB, { a: 'auto' })], { a: ROOM }, locked)).toEqual({
      places: [['x', [['a', 0x3a00_0000n, 2n * MB, 'allocated']]]],
      said: [
        {
          code: 'OUT-008',
          at: atKey('/shared-memory/x/access/a'),
          message:
            "'x' in 'a' moves from [0x3af00000..0x3b000000) to [0x3a000000..0x3a200000): its size changed, and it does not fit there",
        },
      ],
    })
  })

  it('without room is left out in that guest alone, and that is said (RES-009)', () => {
    expect(planned([region('x', 2n * MB, { a: 'auto', b: 'auto' })], { a: free([0x3a00_0000n, MB]), b: ROOM })).toEqual(
      {
        places: [['x', [['b', 0x3a00_0000n, 2n * MB, 'allocated']]]],
        said: [
          {
            code: 'RES-009',
            at: atKey('/shared-memory/x/access/a'),
            message: "'x' needs 2 MiB of guest-physical space in 'a', and no gap there is large enough",
          },
        ],
      },
    )
  })

  it('that is empty has a place all the same, so that a rule can report it', () => {
    expect(planned([region('x', 0n, { a: 'auto' }), region('y', 4n * KB, { a: 'auto' })], { a: ROOM }).places).toEqual([
      ['x', [['a', 0x3a00_0000n, 0n, 'allocated']]],
      ['y', [['a', 0x3a00_0000n, 4n * KB, 'allocated']]],
    ])
    const short = free([0x100_0000n, 2n * KB], [0x3a00_0000n, MB])
    expect(planned([region('x', 0n, { a: 'auto' })], { a: short }).places).toEqual([
      ['x', [['a', 0x3a00_0000n, 0n, 'allocated']]],
    ])
  })
})
