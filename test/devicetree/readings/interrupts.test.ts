import { describe, expect, it } from 'vitest'
import { cells, node, phandleOf, property } from '../../../src/devicetree/build.ts'
import type { DtNode, DtProperty } from '../../../src/devicetree/model.ts'
import { interruptParent } from '../../../src/devicetree/readings/interrupt-parent.ts'
import { interruptsOf, namedInterrupts } from '../../../src/devicetree/readings/interrupts.ts'
import { indexTree } from '../../../src/devicetree/readings/tree-index.ts'
import { resolve } from '../../../src/devicetree/write/resolve.ts'
import { machine } from '../../support/devicetree/machine.ts'
import { ok } from '../expect-ok.ts'

type Value = number | string
/** Cells, in which a text is the label of the node whose phandle is meant. */
const p = (name: string, ...values: Value[]): DtProperty =>
  property(
    name,
    values.length > 0 ? [cells(values.map((v) => (typeof v === 'string' ? phandleOf({ label: v }) : BigInt(v))))] : [],
  )
const gic = node('gic', { labels: ['gic'], properties: [p('#interrupt-cells', 3), p('interrupt-controller')] })

function read(
  children: readonly DtNode[],
  path: string,
  rootProperties: DtProperty[] = [p('interrupt-parent', 'gic')],
): unknown {
  const tree = ok(resolve({ root: node('', { properties: rootProperties, children }), reservations: [], bootCpuid: 0 }))
  const index = indexTree(tree.root)
  const place = index.at(path)
  const found = place && interruptsOf(index, place)
  return found?.ok ? found.value.map(({ controller, cells }) => [controller.path, ...cells]) : found?.reason
}
const device = (...properties: DtProperty[]): DtNode => node('device', { properties })

describe('interruptsOf', () => {
  it('cuts interrupts by the cells of the inherited parent', () => {
    expect(read([gic, device(p('interrupts', 0, 1, 4, 1, 14, 8))], '/device')).toEqual([
      ['/gic', 0, 1, 4],
      ['/gic', 1, 14, 8],
    ])
  })

  it('finds none in a device without interrupts', () => {
    expect(read([gic, device()], '/device')).toEqual([])
  })

  it('prefers interrupts-extended, with several parents and holes', () => {
    const other = node('other', {
      labels: ['other'],
      properties: [p('#interrupt-cells', 1), p('interrupt-controller')],
    })
    const both = device(p('interrupts', 0, 9, 9), p('interrupts-extended', 'gic', 0, 1, 4, 0, 'other', 5))
    expect(read([gic, other, both], '/device')).toEqual([
      ['/gic', 0, 1, 4],
      ['/other', 5],
    ])
  })

  it('passes a specifier on unchanged through a node that is neither controller nor nexus', () => {
    const relay = node('relay', { labels: ['relay'], properties: [p('#interrupt-cells', 3)] })
    expect(read([gic, relay, device(p('interrupt-parent', 'relay'), p('interrupts', 0, 1, 4))], '/device')).toEqual([
      ['/gic', 0, 1, 4],
    ])
  })

  it('follows an interrupt-map by unit address and mask', () => {
    const nexus = (...children: DtNode[]) =>
      node('pcie', {
        properties: [
          ...[p('#address-cells', 3), p('#interrupt-cells', 1), p('interrupt-map-mask', 0x1800, 0, 0, 7)],
          p(
            'interrupt-map',
            ...[0, 0, 0, 1, 'gic', 0, 10, 4],
            ...[0, 0, 0, 2, 'gic', 0, 11, 4],
            ...[0x800, 0, 0, 1, 'gic', 0, 12, 4],
          ),
        ],
        children,
      })
    const slot = (address: number, pin: number) =>
      read(
        [gic, nexus(device(p('reg', address, 0, 0, 0, 0), p('interrupts', pin), p('interrupt-parent', 'gic')))],
        '/pcie/device',
      )
    expect(slot(0, 1)).toContain('specifier')
    const behind = (address: number, pin: number) =>
      read([gic, nexus(device(p('reg', address, 0, 0, 0, 0), p('interrupts', pin)))], '/pcie/device')
    expect(behind(0x100, 1)).toEqual([['/gic', 0, 10, 4]])
    expect(behind(0, 2)).toEqual([['/gic', 0, 11, 4]])
    expect(behind(0x10800, 1)).toEqual([['/gic', 0, 12, 4]])
    expect(behind(0x1000, 1)).toContain('no entry for 0x1000')
  })

  it('skips the unit address of a map parent that has address cells', () => {
    const its = node('gic', { ...gic, properties: [...gic.properties, p('#address-cells', 2)] })
    const nexus = node('nexus', {
      labels: ['nexus'],
      properties: [p('#address-cells', 0), p('#interrupt-cells', 1), p('interrupt-map', 1, 'gic', 7, 7, 0, 10, 4)],
    })
    expect(read([its, nexus, device(p('interrupt-parent', 'nexus'), p('interrupts', 1))], '/device')).toEqual([
      ['/gic', 0, 10, 4],
    ])
  })

  it('ends on maps that lead in a circle', () => {
    const nexus = node('nexus', {
      labels: ['nexus'],
      properties: [p('#address-cells', 0), p('#interrupt-cells', 1), p('interrupt-map', 1, 'nexus', 1)],
    })
    expect(read([gic, nexus, device(p('interrupt-parent', 'nexus'), p('interrupts', 1))], '/device')).toContain(
      'never reaches',
    )
  })

  it.each<[string, DtNode[], string]>([
    ['half a specifier', [gic, device(p('interrupts', 0, 1))], '3-cell specifiers of /gic'],
    ['half an extended specifier', [gic, device(p('interrupts-extended', 'gic', 0))], 'ends within a specifier'],
    ['an unknown phandle', [gic, device(p('interrupts-extended', 77, 0))], '0x4d'],
    ['an unknown parent', [gic, device(p('interrupt-parent', 77), p('interrupts', 0))], 'no interrupt parent'],
    [
      'a parent of zero cells',
      [
        gic,
        node('z', { labels: ['z'], properties: [p('#interrupt-cells', 0)] }),
        device(p('interrupt-parent', 'z'), p('interrupts', 0)),
      ],
      '0 as #interrupt-cells',
    ],
  ])('says why not: %s', (_, children, reason) => {
    expect(read(children, '/device')).toContain(reason)
  })

  it('goes through the map of the whole machine', () => {
    const index = indexTree(ok(resolve(machine)).root)
    const serial = index.at('/soc/pcie@10/serial@0')
    expect(serial && interruptsOf(index, serial)).toMatchObject({
      ok: true,
      value: [{ controller: { path: '/gic' }, cells: [0, 7, 4] }],
    })
    expect(serial && namedInterrupts(index, serial)).toMatchObject({
      value: [{ controller: { path: '/soc/pcie@10' }, cells: [1] }],
    })
  })
})

describe('interruptParent', () => {
  it('ends on parents that lead in a circle', () => {
    const a = node('a', { labels: ['a'], properties: [p('interrupt-parent', 'b')] })
    const b = node('b', { labels: ['b'], properties: [p('interrupt-parent', 'a')] })
    const index = indexTree(ok(resolve({ root: node('', { children: [a, b] }), reservations: [], bootCpuid: 0 })).root)
    const place = index.at('/a')
    expect(place && interruptParent(index, place)).toBeUndefined()
  })

  it('is the nearest ancestor with #interrupt-cells where nothing else is said', () => {
    const controller = node('intc', { properties: [p('#interrupt-cells', 1)], children: [device()] })
    const index = indexTree(node('', { children: [controller] }))
    const place = index.at('/intc/device')
    expect(place && interruptParent(index, place)?.path).toBe('/intc')
  })
})
