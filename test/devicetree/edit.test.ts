import { describe, expect, it } from 'vitest'
import { cells, node, property } from '../../src/devicetree/build.ts'
import {
  mergeNode,
  removeChild,
  removeProperty,
  replaceNodeAt,
  setChild,
  setProperty,
} from '../../src/devicetree/edit.ts'
import type { DtNode } from '../../src/devicetree/model.ts'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { outline } from '../support/devicetree/outline.ts'
import { ok } from './expect-ok.ts'

const rootOf = (source: string): DtNode => ok(parseDts(`/dts-v1/; ${source}`, { file: 'a.dts' })).root
const lines = (root: DtNode): string[] => outline({ root, reservations: [], bootCpuid: 0 })
const one = property('b', [cells([1])])

describe('editing', () => {
  const root = rootOf('/ { a; b; c; n { x; m { y; }; }; o { }; };')

  it('sets properties in place or at the end', () => {
    expect(setProperty(root, one).properties.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(lines(setProperty(root, one))).toContain('  b = <1>')
    expect(setProperty(root, property('z', [])).properties.at(-1)?.name).toBe('z')
    expect(removeProperty(root, 'b').properties.map(({ name }) => name)).toEqual(['a', 'c'])
  })

  it('sets children in place or at the end', () => {
    expect(setChild(root, node('n', {})).children.map(({ name, children }) => [name, children.length])).toEqual([
      ['n', 0],
      ['o', 0],
    ])
    expect(setChild(root, node('z', {})).children.at(-1)?.name).toBe('z')
    expect(removeChild(root, 'n').children.map(({ name }) => name)).toEqual(['o'])
  })

  it('replaces the node at a path', () => {
    const changed = replaceNodeAt(root, '/n/m', (found) => setProperty(found, one))
    expect(changed && lines(changed)).toEqual(['/', '  a', '  b', '  c', '/n', '  x', '/n/m', '  y', '  b = <1>', '/o'])
    expect(changed?.children[1]).toBe(root.children[1])
    expect(replaceNodeAt(root, '/', (found) => removeChild(found, 'n'))?.children).toHaveLength(1)
    for (const path of ['/n/x', '/z', 'n', '']) expect(replaceNodeAt(root, path, () => root)).toBeUndefined()
  })

  it('merges as a second definition in source does', () => {
    const first = '/ { a; b; l: n { x; m { y; }; }; o { }; };'
    const second = '/ { b = <1>; d; k: n { z; x = "t"; m { w; }; p { }; }; };'
    const merged = lines(mergeNode(rootOf(first), rootOf(second)))
    expect(merged.map((line) => line.replace(/^(k: l|l: k):/, 'l+k:'))).toEqual(
      lines(rootOf(`${first} ${second}`)).map((line) => line.replace(/^(k: l|l: k):/, 'l+k:')),
    )
  })

  it('leaves its input alone', () => {
    const before = lines(root)
    mergeNode(root, setProperty(root, one))
    replaceNodeAt(root, '/n', (found) => removeProperty(found, 'x'))
    expect(lines(root)).toEqual(before)
  })
})
