import { describe, expect, it } from 'vitest'
import { cells, node, property, strings, text } from '../../../src/devicetree/build.ts'
import { MAX_DEPTH } from '../../../src/devicetree/limits.ts'
import type { DeviceTree, DtNode, DtValue } from '../../../src/devicetree/model.ts'
import { readDtb } from '../../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../../src/devicetree/write/write-dtb.ts'
import { atValue } from '../../../src/diagnostics/diagnostic.ts'
import { beginNode, joined, rawBlob, token, words } from '../../support/devicetree/raw-blob.ts'
import { ok, problemsOf } from '../expect-ok.ts'

const tree = (root: DtNode, rest: Partial<DeviceTree> = {}): DeviceTree => ({
  root,
  reservations: [],
  bootCpuid: 0,
  ...rest,
})
const encoded = (value: DtValue): unknown => {
  const part = ok(readDtb(ok(writeDtb(tree(node('', { properties: [property('p', value)] })))))).root.properties[0]
    ?.value[0]
  return part?.kind === 'bytes' ? [...part.data] : part
}

describe('writeDtb', () => {
  it('lays blocks out as dtc does', () => {
    const root = node('', {
      properties: [property('model', strings(['x'])), property('l', [])],
      children: [node('ab@1', { properties: [property('model', [cells([1])])] })],
    })
    const expected = rawBlob({
      header: { 7: 5 },
      reservations: [[0x8000_0000_0000_0000n, 16n]],
      strings: Buffer.from('model\0'),
      structure: joined(
        beginNode(''),
        joined(words(token.property, 2, 0), new Uint8Array([0x78, 0, 0, 0])),
        words(token.property, 0, 4),
        joined(beginNode('ab@1'), words(token.property, 4, 0, 1), words(token.end)),
        words(token.end, token.finish),
      ),
    })
    const blob = ok(writeDtb(tree(root, { bootCpuid: 5, reservations: [{ address: 1n << 63n, size: 16n }] })))
    expect(Buffer.from(blob).toString('hex')).toBe(Buffer.from(expected).toString('hex'))
  })

  it('counts padding', () => {
    const plain = ok(writeDtb(tree(node('', {}))))
    const roomy = ok(writeDtb(tree(node('', {})), { padding: 100 }))
    expect(roomy.length).toBe(plain.length + 100)
    expect(new DataView(roomy.buffer).getUint32(4)).toBe(roomy.length)
    expect(ok(readDtb(roomy))).toEqual(ok(readDtb(plain)))
  })

  it('encodes every kind of part', () => {
    expect(encoded([cells([0xfffffffe, 1n])])).toEqual([255, 255, 255, 254, 0, 0, 0, 1])
    expect(encoded([{ kind: 'cells', bits: 8, cells: [255n] }])).toEqual([255])
    expect(encoded([{ kind: 'cells', bits: 16, cells: [0x1234n] }])).toEqual([0x12, 0x34])
    expect(encoded([{ kind: 'cells', bits: 64, cells: [(1n << 64n) - 2n] }])).toEqual([...Array(7).fill(255), 254])
    expect(encoded([text('é'), text('')])).toEqual([0xc3, 0xa9, 0, 0])
    expect(encoded([{ kind: 'bytes', data: new Uint8Array([1, 2, 3]) }, cells([4])])).toEqual([1, 2, 3, 0, 0, 0, 4])
    expect(encoded([])).toBeUndefined()
  })

  it('reports a number that does not fit at its part', () => {
    const root = node('', { properties: [property('p', [cells([1n << 32n], atValue('/p'))])] })
    expect(writeDtb(tree(root))).toEqual({
      ok: false,
      problems: [{ message: '/: p: number out of range', at: atValue('/p') }],
    })
    expect(problemsOf(writeDtb(tree(node('', { properties: [property('p', [cells([-1n])])] }))))).toContain(
      'out of range',
    )
  })

  it.each<[string, DtNode, string]>([
    ['half a surrogate pair', node('', { properties: [property('p', [text('\ud800')])] }), 'Unicode'],
    ['a name of the root', node('x', {}), 'root node has a name'],
    ['equal names of nodes', node('', { children: [node('a', {}), node('a', {})] }), 'second child node "a"'],
    [
      'equal names of properties',
      node('', { properties: [property('a', []), property('a', [])] }),
      'second property "a"',
    ],
    ['a slash in a name', node('', { children: [node('a/b', {})] }), 'a/b'],
    ['an empty name', node('', { properties: [property('', [])] }), 'empty'],
    ['a NUL in a name', node('', { properties: [property('a\0', [])] }), 'character'],
  ])('refuses %s', (_, root, message) => {
    expect(problemsOf(writeDtb(tree(root)))).toContain(message)
  })

  it('writes the deepest tree that can be read, and no deeper one', () => {
    const nested = (levels: number): DtNode => {
      let inner = node('n', {})
      for (let level = 2; level < levels; level++) inner = node('n', { children: [inner] })
      return node('', { children: [inner] })
    }
    expect(readDtb(ok(writeDtb(tree(nested(MAX_DEPTH))))).ok).toBe(true)
    expect(problemsOf(writeDtb(tree(nested(MAX_DEPTH + 1))))).toContain('levels')
  })

  it('does not lose reservations behind one of size 0', () => {
    const empty = { address: 1n, size: 0n }
    const full = { address: 1n, size: 1n }
    expect(problemsOf(writeDtb(tree(node('', {}), { reservations: [full, empty, full] })))).toContain('reservation 2')
    expect(writeDtb(tree(node('', {}), { reservations: [full, empty] })).ok).toBe(true)
    expect(problemsOf(writeDtb(tree(node('', {}), { reservations: [{ address: 1n << 64n, size: 1n }] })))).toContain(
      'range',
    )
  })
})
