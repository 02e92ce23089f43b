import { describe, expect, it } from 'vitest'
import { cells, node, property, strings } from '../../../src/devicetree/build.ts'
import type { DtNode, DtProperty } from '../../../src/devicetree/model.ts'
import { regEntries } from '../../../src/devicetree/readings/reg.ts'
import { translatedReg } from '../../../src/devicetree/readings/translate.ts'
import { indexTree } from '../../../src/devicetree/readings/tree-index.ts'
import { resolve } from '../../../src/devicetree/write/resolve.ts'
import { machine } from '../../support/devicetree/machine.ts'
import { ok } from '../expect-ok.ts'

const p = (name: string, ...values: number[]): DtProperty => property(name, values.length > 0 ? [cells(values)] : [])
const counts = (address: number, size: number): DtProperty[] => [p('#address-cells', address), p('#size-cells', size)]

/** The reg of `/bus/device` in host addresses, under a root of two address and two size cells. */
function regBehind(bus: readonly DtProperty[], reg: readonly number[], name = 'bus'): unknown {
  const device = node('device', { properties: [p('reg', ...reg)] })
  const root = node('', { properties: counts(2, 2), children: [node(name, { properties: bus, children: [device] })] })
  const place = indexTree(root).at(`/${name}/device`)
  const read = place && translatedReg(place)
  return read?.ok ? read.value.map(({ address, size }) => [address, size]) : read?.reason
}

describe('regEntries', () => {
  const reg = (parent: DtNode, ...values: number[]) =>
    regEntries(node('n', { properties: [p('reg', ...values)] }), parent)

  it('cuts cells by the counts of the parent', () => {
    expect(reg(node('', { properties: counts(2, 2) }), 1, 2, 3, 4, 5, 6, 7, 8)).toEqual({
      ok: true,
      value: [
        { address: 0x1_0000_0002n, size: 0x3_0000_0004n },
        { address: 0x5_0000_0006n, size: 0x7_0000_0008n },
      ],
    })
    expect(reg(node('', {}), 1, 2, 3)).toMatchObject({ value: [{ address: 0x1_0000_0002n, size: 3n }] })
    expect(reg(node('cpus', { properties: counts(1, 0) }), 7)).toMatchObject({ value: [{ address: 7n, size: 0n }] })
  })

  it('says why cells make no entries', () => {
    expect(reg(node('', { properties: counts(1, 1) }), 1, 2, 3)).toMatchObject({
      ok: false,
      reason: /not a multiple of 2/,
    })
    expect(reg(node('', { properties: counts(0, 0) }), 1)).toMatchObject({ ok: false })
    expect(reg(node('', { properties: counts(0xffffffff, 1) }), 1)).toMatchObject({ ok: false })
    const odd = node('n', { properties: [property('reg', [{ kind: 'bytes', data: new Uint8Array(5) }])] })
    expect(regEntries(odd, node('', {}))).toMatchObject({ ok: false })
  })

  it('finds none in a node without reg', () => {
    expect(regEntries(node('n', {}), node('', {}))).toEqual({ ok: true, value: [] })
  })
})

describe('translatedReg', () => {
  it('leaves addresses below the root alone', () => {
    const root = node('', { properties: counts(2, 2), children: [node('m', { properties: [p('reg', 1, 2, 0, 4)] })] })
    const place = indexTree(root).at('/m')
    expect(place && translatedReg(place)).toEqual({ ok: true, value: [{ address: 0x1_0000_0002n, size: 4n }] })
  })

  it('passes through empty ranges and through windows, the first that fits', () => {
    expect(regBehind([...counts(1, 1), p('ranges')], [0x10, 4, 0x20, 8])).toEqual([
      [0x10n, 4n],
      [0x20n, 8n],
    ])
    const windows = p('ranges', 0x0, 0x1, 0x0, 0x100, 0x100, 0x2, 0x0, 0x100, 0x100, 0x3, 0x0, 0x100)
    expect(regBehind([...counts(1, 1), windows], [0x108, 4, 0x8, 4])).toEqual([
      [0x2_0000_0008n, 4n],
      [0x1_0000_0008n, 4n],
    ])
  })

  it('looks only at the first address of a region, as Linux and Xen do', () => {
    expect(regBehind([...counts(1, 1), p('ranges', 0, 0, 0x1000, 0x10)], [0xf, 0x100])).toEqual([[0x100fn, 0x100n]])
  })

  it.each<[string, DtProperty[], number[], string]>([
    ['a bus without ranges', counts(1, 1), [1, 1], "/bus: no 'ranges'"],
    ['a bus without sizes', [...counts(1, 0), p('ranges')], [1], '0 size cells'],
    ['an address behind a window', [...counts(1, 1), p('ranges', 0, 0, 0, 0x10)], [0x10, 1], '0x10 is in no window'],
    ['an address before a window', [...counts(1, 1), p('ranges', 8, 0, 0, 0x10)], [7, 1], '0x7 is in no window'],
    ['half a window', [...counts(1, 1), p('ranges', 8, 0, 0)], [7, 1], 'not a multiple'],
    ['half a reg', [...counts(1, 1), p('ranges')], [7], '/bus/device'],
    ['an identifier of another kind', [...counts(3, 1), p('ranges', 1, 0, 0, 0, 0, 9)], [2, 0, 0, 1], 'in no window'],
  ])('says why not: %s', (_, bus, reg, reason) => {
    expect(regBehind(bus, reg)).toContain(reason)
  })

  it('compares the first of three cells as a whole on other buses than PCI', () => {
    expect(regBehind([...counts(3, 1), p('ranges', 2, 0, 0, 0, 0x100, 9)], [2, 0, 4, 1])).toEqual([[0x104n, 1n]])
  })

  it('knows the spaces of PCI', () => {
    const memory = [...counts(3, 2), p('ranges', 0x2000000, 0, 0x1000, 0, 0x9000, 0, 0x1000)]
    const pci = [property('device_type', strings(['pci'])), ...memory]
    expect(regBehind(pci, [0x43000800, 0, 0x1010, 0, 4])).toEqual([[0x9010n, 4n]])
    expect(regBehind(pci, [0x1000000, 0, 0x1010, 0, 4])).toContain('in no window')
    expect(regBehind(memory, [0x3000000, 0, 0x1010, 0, 4], 'pcie')).toEqual([[0x9010n, 4n]])
    expect(regBehind(memory, [0x3000000, 0, 0x1010, 0, 4])).toContain('in no window')
  })

  it('goes up through several buses', () => {
    const place = indexTree(ok(resolve(machine)).root).at('/soc/pcie@10/serial@0')
    expect(place && translatedReg(place)).toEqual({ ok: true, value: [{ address: 0x1000n, size: 0x100n }] })
  })

  it('has nothing to say of the root', () => {
    expect(translatedReg(indexTree(machine.root).root).ok).toBe(false)
  })
})
