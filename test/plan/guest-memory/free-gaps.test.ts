/** Where a region may lie in a guest that Xen lays out, release by release. */
import { describe, expect, it } from 'vitest'
import { cells, node, property } from '../../../src/devicetree/build.ts'
import type { DeviceTree } from '../../../src/devicetree/model.ts'
import { guestAddresses } from '../../../src/passthrough/partial-tree.ts'
import { guestSpace } from '../../../src/plan/guest-memory/free-gaps.ts'
import { guestRam } from '../../../src/plan/guest-memory/ram.ts'
import { formatRange } from '../../../src/units/format.ts'
import { bytes } from '../../../src/units/quantities.ts'
import type { Release } from '../../../src/xen/releases.ts'
import { dom0less } from '../builder.ts'

const [MB, GB] = [1n << 20n, 1n << 30n]

/** Written down from xen/include/public/arch-arm.h: what lies between GUEST_MAGIC and RAM, PCI memory and grants, GIC and PCI, the two banks. */
const GAPS = [
  '[0x3a000000..0x40000000)',
  '[0x33000000..0x38000000)',
  '[0x4100000..0x10000000)',
  '[0x100000000..0x200000000)',
]
const SECOND_BANK = '[0x200000000..0x10000000000)'

interface Guest {
  readonly memory?: bigint
  readonly enhanced?: 'disabled' | 'enabled' | 'no-xenstore'
  readonly release?: Release
  readonly tree?: DeviceTree
}

const space = ({ memory = 128n * MB, enhanced = 'disabled', release = '4.20', tree }: Guest) =>
  guestSpace(dom0less('a', { enhanced }), guestRam(bytes(memory)), tree ? guestAddresses(tree) : [], release).map(
    formatRange,
  )

describe('free space of a guest', () => {
  it('is the gaps of its layout first, then what RAM leaves of its banks', () => {
    expect(space({})).toEqual([...GAPS, '[0x48000000..0x100000000)', SECOND_BANK])
  })

  it('begins at the next 2 MiB after RAM', () => {
    expect(space({ memory: 128n * MB + 4096n })[4]).toBe('[0x48200000..0x100000000)')
    expect(space({ memory: 130n * MB })[4]).toBe('[0x48200000..0x100000000)')
  })

  it('has nothing of a bank that is full', () => {
    expect(space({ memory: 3n * GB })).toEqual([...GAPS, SECOND_BANK])
    expect(space({ memory: 3n * GB - MB })).toEqual([...GAPS, SECOND_BANK])
    expect(space({ memory: 4n * GB })).toEqual([...GAPS, '[0x240000000..0x10000000000)'])
    expect(space({ memory: 1019n * GB })).toEqual(GAPS)
  })

  it.each<[Release, 'disabled' | 'enabled' | 'no-xenstore', number]>([
    ['4.17', 'disabled', 6],
    ['4.18', 'disabled', 6],
    ['4.17', 'enabled', 4],
    ['4.18', 'no-xenstore', 4],
    ['4.19', 'enabled', 6],
    ['4.22', 'enabled', 6],
  ])('with Xen %s and enhanced: %s has %i ranges: the others are extended regions', (release, enhanced, count) => {
    expect(space({ release, enhanced })).toHaveLength(count)
    expect(space({ release, enhanced }).slice(0, 4)).toEqual(GAPS)
  })

  it('leaves out what the partial tree has there, and keeps the order', () => {
    const device = node('device', {
      properties: [property('xen,reg', [cells([0x900_0000n, 0x10_0000n, 0x3400_0000n])])],
    })
    const one = property('#address-cells', [cells([1])])
    const passthrough = node('passthrough', {
      properties: [one, property('#size-cells', [cells([1])])],
      children: [device],
    })
    const tree = { root: node('', { children: [passthrough] }), reservations: [], bootCpuid: 0 }
    expect(space({ tree }).slice(0, 4)).toEqual([
      '[0x3a000000..0x40000000)',
      '[0x33000000..0x34000000)',
      '[0x34100000..0x38000000)',
      '[0x4100000..0x10000000)',
    ])
  })
})
