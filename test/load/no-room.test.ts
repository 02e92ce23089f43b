/** RES-001: what each file without room needs, and the map of what is in its way. */
import { describe, expect, it } from 'vitest'
import { atKey, atValue, inFile } from '../../src/diagnostics/diagnostic.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import type { OwnedMemory } from '../../src/facts/facts.ts'
import type { LoadItem } from '../../src/load/items.ts'
import { reportNoRoom } from '../../src/load/no-room.ts'
import { bytes, hostPhys, KiB, MiB, times } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { boardWith } from '../support/facts/builder.ts'
import { systemOf } from '../support/model/builder.ts'

const MIB = 0x10_0000n
const place = (base: bigint, size: bigint) => range(hostPhys(base), bytes(size))

const item = (kind: LoadItem['file']['kind'], need: Partial<LoadItem['need']> = {}): LoadItem => ({
  file: {
    id: kind,
    kind,
    path: `the-${kind}`,
    load: { from: 'tftp', prefix: '', pointer: '/boot/load' },
    contents: { kind: 'host-tree' },
    size: MiB,
    usedBy: ['a', 'b'],
    pointer: `/${kind}`,
  },
  need: { size: times(3, MiB), alignment: times(2, MiB), ...need },
})

function said(
  unplaced: readonly LoadItem[],
  free: readonly ReturnType<typeof place>[] = [],
  { owned = [], window = false }: { readonly owned?: readonly OwnedMemory[]; readonly window?: boolean } = {},
) {
  const findings = new Findings()
  const base = systemOf([], window ? { loadWindow: [0x4000_0000n, MIB] } : {})
  const reserved = [{ name: 'own', pointer: '/platform/reserved/own', range: place(0x5000_0000n, MIB) }]
  const model = { ...base, platform: { ...base.platform, reserved } }
  const board = { ...boardWith([[0x4000_0000n, 1024n * MIB]]), owned }
  reportNoRoom({ placed: [], unplaced, free }, model, board, findings.report)
  return findings.all.map(({ code, at, message, related = [] }) => ({ code, at, message, related }))
}

describe('a file without room', () => {
  it('is named by its kind, each in a finding of its own', () => {
    const all = said((['xen', 'device-tree', 'overlay', 'bitstream', 'ramdisk'] as const).map((kind) => item(kind)))
    expect(all.map(({ code, at }) => [code, at])).toEqual(
      ['/xen', '/device-tree', '/overlay', '/bitstream', '/ramdisk'].map((pointer) => ['RES-001', atValue(pointer)]),
    )
    expect(all.map(({ message }) => message.split(' needs ')[0])).toEqual([
      "Xen's image 'the-xen'",
      'the device tree for Xen',
      "the overlay 'the-overlay'",
      "the bitstream 'the-bitstream'",
      "'the-ramdisk' (ramdisk of 'a', 'b')",
    ])
  })

  it('needs whole pages, with what comes before it, where it may be', () => {
    const message = (need: Partial<LoadItem['need']>) => said([item('xen', need)])[0]?.message
    expect(message({ size: bytes(1) })).toContain('needs 4 KiB at a multiple of 2 MiB')
    expect(message({ lead: times(512, KiB) })).toContain('needs 3584 KiB')
    expect(message({ base: hostPhys(0x4000_0000n) })).toContain('at 0x40000000,')
  })

  it('is told the largest hole from the first place in it that it could have', () => {
    const holes = [place(0x4000_0000n, MIB), place(0x4110_0000n, 3n * MIB), place(0x4800_0000n, 2n * MIB)]
    expect(said([item('xen')], holes)[0]?.message).toMatch(/ 2 MiB at \[0x41200000\.\.0x41400000\)$/)
    expect(said([item('xen')], holes.toReversed())[0]?.message).toMatch(/ 2 MiB at \[0x48000000\.\.0x48200000\)$/)
    const larger = [...holes, place(0x5000_0000n, 3n * MIB)]
    expect(said([item('xen')], larger)[0]?.message).toMatch(/ 3 MiB at \[0x50000000\.\.0x50300000\)$/)
    expect(said([item('xen')], [place(0x4010_0000n, MIB)])[0]?.message).toMatch(/nothing is left$/)
  })
})

describe('the map beside it', () => {
  it('leads from each stretch to who says so, ascending, and stands with the first finding alone', () => {
    const owned: readonly OwnedMemory[] = [
      { range: place(0x5000_0000n, MIB), owner: 'platform.reserved.own', by: 'manifest', noMap: false },
      { range: place(0x4f00_0000n, MIB), owner: 'platform.memory', by: 'manifest', noMap: false },
      { range: place(0x4e00_0000n, MIB), owner: 'BL31', by: 'firmware', noMap: true },
      { range: place(0x4d00_0000n, MIB), owner: '/reserved-memory/a', by: 'reserved-memory', noMap: false },
      { range: place(0x4c00_0000n, MIB), owner: 'memory reservation 1', by: 'memreserve', noMap: false },
    ]
    const [first, second] = said([item('xen'), item('ramdisk')], [place(0x4000_0000n, MIB)], { owned })
    const atTree = atValue('/platform/device-tree')
    expect(first?.related.map(({ at }) => at)).toEqual([
      atTree,
      inFile('board.dtb', {}),
      inFile('board.dtb', { node: '/reserved-memory/a' }),
      atKey('/platform/firmware'),
      atKey('/platform/memory'),
      atValue('/platform/reserved/own'),
      atTree,
    ])
    expect(first?.related[0]?.message).toBe('[0x40000000..0x40100000) free: 1 MiB')
    expect(second?.related).toEqual([])
  })

  it('has the lowest twelve entries, and no U-Boot where the manifest gives the window', () => {
    const holes = Array.from({ length: 13 }, (_, index) => place(0x4000_0000n + BigInt(index) * 2n * MIB, MIB))
    const map = said([item('xen')], holes)[0]?.related.map(({ message }) => message)
    expect(map).toHaveLength(12)
    expect(map?.at(-1)).toMatch(/^\[0x41600000\./)
    const few = (window: boolean) => said([item('xen')], holes.slice(0, 1), { window })[0]?.related
    expect([few(false), few(true)].map((entries) => entries?.length)).toEqual([2, 1])
  })
})
