import { describe, expect, it } from 'vitest'
import { cells, node, pathOf, phandleOf, property } from '../../../src/devicetree/build.ts'
import type { DeviceTree, DtNode, DtProperty } from '../../../src/devicetree/model.ts'
import { nodeAt, propertyNamed } from '../../../src/devicetree/model.ts'
import { cellsOf, stringValue } from '../../../src/devicetree/readings/values.ts'
import { resolve } from '../../../src/devicetree/write/resolve.ts'
import { atKey, atValue } from '../../../src/diagnostics/diagnostic.ts'
import { ok, problemsOf } from '../expect-ok.ts'

const tree = (...children: readonly DtNode[]): DeviceTree => ({
  root: node('', { children }),
  reservations: [],
  bootCpuid: 0,
})
const to = (...labels: readonly string[]): DtProperty =>
  property('to', [cells(labels.map((label) => phandleOf({ label })))])
const phandle = (value: number): DtProperty => property('phandle', [cells([value])])
const cellsAt = (resolved: DeviceTree, path: string, name: string) => {
  const found = nodeAt(resolved.root, path)
  return found && cellsOf(propertyNamed(found, name))
}

describe('resolve', () => {
  it('numbers nodes in the order of references with the smallest free numbers', () => {
    const input = tree(
      node('user', { properties: [to('late', 'early', 'host', 'late')] }),
      node('early', { labels: ['early'] }),
      node('host', { labels: ['host'], properties: [phandle(2)] }),
      node('late', { labels: ['late'] }),
      node('unused', { labels: ['unused'] }),
    )
    const resolved = ok(resolve(input))
    expect(cellsAt(resolved, '/user', 'to')).toEqual([1, 3, 2, 1])
    expect(cellsAt(resolved, '/late', 'phandle')).toEqual([1])
    expect(cellsAt(resolved, '/early', 'phandle')).toEqual([3])
    expect(nodeAt(resolved.root, '/unused')?.properties).toEqual([])
    expect(nodeAt(resolved.root, '/host')).toBe(nodeAt(input.root, '/host'))
  })

  it('keeps the number of linux,phandle', () => {
    const old = node('old', { labels: ['old'], properties: [property('linux,phandle', [cells([9])])] })
    const resolved = ok(resolve(tree(old, node('user', { properties: [to('old')] }))))
    expect(cellsAt(resolved, '/user', 'to')).toEqual([9])
    expect(cellsAt(resolved, '/old', 'phandle')).toBeUndefined()
  })

  it('gives a node that refers to itself in phandle a number', () => {
    const self = node('self', {
      labels: ['self'],
      properties: [property('phandle', [cells([phandleOf({ label: 'self' })])])],
    })
    expect(cellsAt(ok(resolve(tree(self))), '/self', 'phandle')).toEqual([1])
  })

  it('turns references outside of cells into paths, and takes full paths as targets', () => {
    const uart = node('uart@0', { labels: ['uart0'] })
    const aliases = node('aliases', {
      properties: [
        property('a', [pathOf({ label: 'uart0' })]),
        property('b', [pathOf({ path: '/soc/uart@0' })]),
        property('c', [pathOf({ path: '/' })]),
        property('d', [cells([phandleOf({ path: '/soc/uart@0' })])]),
      ],
    })
    const resolved = ok(resolve(tree(aliases, node('soc', { children: [uart] }))))
    const found = nodeAt(resolved.root, '/aliases')?.properties.slice(0, 3).map(stringValue)
    expect(found).toEqual(['/soc/uart@0', '/soc/uart@0', '/'])
    expect(cellsAt(resolved, '/soc/uart@0', 'phandle')).toEqual([1])
  })

  it('leaves out what may be omitted and nobody refers to, once', () => {
    const omittable = (name: string): DtNode => ({ ...node(name, { labels: [name] }), omitIfUnreferenced: true })
    const resolved = ok(resolve(tree(omittable('a'), omittable('b'), node('user', { properties: [to('b')] }))))
    expect(resolved.root.children.map(({ name }) => name)).toEqual(['b', 'user'])
    expect(ok(resolve(resolved))).toBe(resolved)
  })

  it('returns a tree without references unchanged', () => {
    const input = tree(node('a', { labels: ['a'], properties: [phandle(1)] }))
    expect(ok(resolve(input))).toBe(input)
  })

  it('keeps origins and labels', () => {
    const part = cells([phandleOf({ label: 'a' })], atValue('/part'))
    const input = tree(node('a', { labels: ['a'] }), node('b', { properties: [property('to', [part], atKey('/b'))] }))
    const resolved = ok(resolve(input))
    expect(nodeAt(resolved.root, '/b')?.properties[0]).toMatchObject({
      origin: atKey('/b'),
      value: [{ origin: part.origin }],
    })
    expect(nodeAt(resolved.root, '/a')?.labels).toEqual(['a'])
  })

  it('reports an unknown target at its part, property or node', () => {
    const parts = [cells([phandleOf({ label: 'x' })], atValue('/part')), cells([phandleOf({ path: '/y' })])]
    const input = tree(node('n', { properties: [property('to', parts, atKey('/property'))] }, atKey('/node')))
    expect(resolve(input)).toMatchObject({
      ok: false,
      problems: [
        { message: "/n: to: no node has the label 'x'", at: atValue('/part') },
        { message: "/n: to: no node has the path '/y'", at: atKey('/property') },
      ],
    })
  })

  it.each<[string, DtNode[], string]>([
    [
      'two nodes of one label',
      [node('a', { labels: ['l'] }), node('b', { labels: ['l'] })],
      "'l' is already used in /a",
    ],
    [
      'a label of a node and a property',
      [node('a', { labels: ['l'], properties: [{ name: 'p', value: [], labels: ['l'] }] })],
      "'l' is already used",
    ],
    [
      'two nodes of one phandle',
      [node('a', { properties: [phandle(3)] }), node('b', { properties: [phandle(3)] })],
      '0x3 is already',
    ],
    ['phandle 0', [node('a', { properties: [phandle(0)] })], '0x0 cannot be'],
    ['phandle -1', [node('a', { properties: [phandle(0xffffffff)] })], '0xffffffff cannot be'],
    [
      'a phandle of another length',
      [node('a', { properties: [property('phandle', [cells([1, 2])])] })],
      '4 bytes, not 8',
    ],
    [
      'two different phandles of a node',
      [node('a', { properties: [phandle(3), property('linux,phandle', [cells([4])])] })],
      'differs',
    ],
    [
      'the phandle of another node',
      [
        node('a', { properties: [property('phandle', [cells([phandleOf({ label: 'b' })])])] }),
        node('b', { labels: ['b'] }),
      ],
      'phandle of another node',
    ],
    [
      'a phandle of 64 bits',
      [
        node('a', {
          labels: ['a'],
          properties: [property('p', [{ kind: 'cells', bits: 64, cells: [phandleOf({ label: 'a' })] }])],
        }),
      ],
      '32 bits, not 64',
    ],
  ])('refuses %s', (_, children, message) => {
    expect(problemsOf(resolve(tree(...children)))).toContain(message)
  })

  it('does not mind one label given twice to one node', () => {
    expect(resolve(tree(node('a', { labels: ['l', 'l'] }))).ok).toBe(true)
  })
})
