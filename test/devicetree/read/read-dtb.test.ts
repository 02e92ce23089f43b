import { describe, expect, it } from 'vitest'
import { MAX_DEPTH, MAX_NAME_LENGTH, MAX_NODES, MAX_RESERVATIONS } from '../../../src/devicetree/limits.ts'
import { readDtb } from '../../../src/devicetree/read/read-dtb.ts'
import { cpuTimer } from '../../support/cpu-time.ts'
import { beginNode, joined, padded, rawBlob, rootWith, token, words } from '../../support/devicetree/raw-blob.ts'
import { ok, problemsOf } from '../expect-ok.ts'

const end = words(token.end)
const property = (nameOffset: number, value: Uint8Array, length = value.length): Uint8Array =>
  joined(words(token.property, length, nameOffset), value)
const problems = (structure: Uint8Array, strings?: Uint8Array): string =>
  problemsOf(readDtb(rawBlob(strings ? { structure, strings } : { structure })))

describe('readDtb', () => {
  it('reads nodes, values, reservations and the boot CPU', () => {
    const strings = joined(padded('reg'), padded('flag'))
    const structure = rootWith(
      property(4, words()),
      beginNode('a@1'),
      property(0, words(1, 2)),
      end,
      beginNode('b'),
      end,
    )
    const tree = ok(
      readDtb(rawBlob({ structure, strings, header: { 7: 0xfffffffe }, reservations: [[1n << 63n, 0x1000n]] })),
    )
    expect(tree.bootCpuid).toBe(0xfffffffe)
    expect(tree.reservations).toEqual([{ address: 1n << 63n, size: 0x1000n }])
    expect(tree.root).toEqual({
      name: '',
      labels: [],
      properties: [{ name: 'flag', value: [] }],
      children: [
        {
          name: 'a@1',
          labels: [],
          properties: [{ name: 'reg', value: [{ kind: 'bytes', data: new Uint8Array([0, 0, 0, 1, 0, 0, 0, 2]) }] }],
          children: [],
        },
        { name: 'b', labels: [], properties: [], children: [] },
      ],
    })
  })

  it('says in every node where it comes from when it knows the file', () => {
    const tree = ok(readDtb(rawBlob({ structure: rootWith(beginNode('a'), beginNode('b'), end, end) }), 'board.dtb'))
    expect(tree.root.children[0]?.children[0]?.origin).toEqual({ kind: 'file', file: 'board.dtb', node: '/a/b' })
  })

  it('does not change when the input does', () => {
    const blob = rawBlob({ structure: rootWith(property(0, words(7))) })
    const tree = ok(readDtb(blob))
    blob.fill(0xff)
    expect(tree.root.properties[0]?.value).toEqual([{ kind: 'bytes', data: words(7) }])
  })

  it('ignores padding between tokens and data behind the blob', () => {
    const nop = words(token.nop)
    const structure = joined(
      nop,
      beginNode(''),
      nop,
      property(0, words()),
      nop,
      end,
      nop,
      words(token.finish),
      words(77),
    )
    expect(ok(readDtb(joined(rawBlob({ structure }), new Uint8Array(9)))).root.properties).toHaveLength(1)
  })

  it('reads version 16, whose header has no size of the structure block', () => {
    const blob = rawBlob({ structure: rootWith(), header: { 5: 16, 9: 0xffffffff } })
    expect(ok(readDtb(blob)).root.name).toBe('')
  })

  it.each([
    ['nothing', new Uint8Array(0), '0 bytes'],
    ['another file', Buffer.from('MZ\0\0 and more'), '0x4d5a0000'],
    ['half a header', rawBlob({ structure: rootWith() }).subarray(0, 20), 'within the header'],
    ['a cut blob', rawBlob({ structure: rootWith() }).subarray(0, -1), 'the data ends after'],
  ])('refuses %s', (_, data, message) => {
    expect(problemsOf(readDtb(data))).toContain(message)
  })

  it.each([
    ['an old version', { 5: 3 }, 'version 3'],
    ['a future version', { 5: 20, 6: 18 }, 'from version 18 on'],
    ['a total size below the header', { 1: 39 }, '39 bytes'],
    ['a structure block behind the blob', { 2: 0x7fffffff }, 'structure block'],
    ['a structure block that is too long', { 9: 0xffffffff }, 'structure block'],
    ['a strings block behind the blob', { 3: 0xfffffff0 }, 'strings block'],
    ['a strings block that is too long', { 8: 0xfffffff0 }, 'strings block'],
    ['reservations behind the blob', { 4: 0xfffffff0 }, 'memory reservation block'],
  ])('refuses a header with %s', (_, header, message) => {
    expect(problemsOf(readDtb(rawBlob({ structure: rootWith(), header })))).toContain(message)
  })

  it('refuses reservations without end', () => {
    const blob = rawBlob({ structure: rootWith(), reservations: [[1n, 1n]] })
    const endless = blob.subarray(0, 56)
    new DataView(endless.buffer, endless.byteOffset).setUint32(4, 56)
    const header = new DataView(endless.buffer, endless.byteOffset)
    for (const index of [2, 3]) header.setUint32(4 * index, 40)
    for (const index of [8, 9]) header.setUint32(4 * index, 0)
    expect(problemsOf(readDtb(endless))).toContain('memory reservation block')
  })

  it.each([
    ['no tokens', words(), 'ends too early'],
    ['no root', words(token.finish), 'end of the tree'],
    ['an end without beginning', words(token.end), 'before the root node'],
    ['a property without node', words(token.property, 0, 0), 'before the root node'],
    ['an unfinished node', beginNode(''), 'ends too early'],
    ['a premature end of the tree', joined(beginNode(''), words(token.finish)), 'inside a node'],
    ['an unknown token', rootWith(words(77)), 'token 0x4d'],
    ['two roots', joined(beginNode(''), end, beginNode(''), end, words(token.finish)), 'after the end of the root'],
    ['no end of the tree', joined(beginNode(''), end), 'ends too early'],
    ['a name of the root', joined(beginNode('x'), end, words(token.finish)), 'root node has a name'],
    ['a value without end', rootWith(words(token.property, 0xffffffff, 0)), '4294967295 bytes'],
    ['a value that is cut', rootWith(words(token.property, 100, 0)), '100 bytes'],
    ['a name outside the strings', rootWith(words(token.property, 0, 99)), '0x63'],
    ['an unterminated node name', words(token.begin, 0x61616161), 'does not end'],
    ['a slash in a node name', rootWith(beginNode('a/b'), end), 'a/b'],
    ['two unit addresses', rootWith(beginNode('a@1@2'), end), 'a@1@2'],
    ['a character only for properties', rootWith(beginNode('#a'), end), '#a'],
    ['an empty node name', rootWith(beginNode(''), end), 'empty'],
    ['a control character in a node name', rootWith(beginNode('a\nb'), end), 'a\\nb'],
  ])('refuses %s', (_, structure, message) => {
    expect(problems(structure)).toContain(message)
  })

  it('refuses a property behind a child node, naming the node', () => {
    const child = joined(beginNode('soc'), beginNode('a'), end, property(0, words()), end)
    expect(problems(rootWith(child))).toMatch(/in \/soc: .*"p" follows a child/)
  })

  it('refuses two nodes or two properties of one name, but not a node and a property', () => {
    expect(problems(rootWith(beginNode('a'), end, beginNode('a'), end))).toContain('second node')
    expect(problems(rootWith(property(0, words()), property(0, words(1))))).toContain('second property')
    expect(
      ok(readDtb(rawBlob({ structure: rootWith(property(0, words()), beginNode('p'), end) }))).root.children,
    ).toHaveLength(1)
  })

  it('refuses unusable property names', () => {
    const use = rootWith(property(0, words()))
    expect(problems(use, padded('a b'))).toContain('a b')
    expect(problems(use, padded('a@b'))).toContain('a@b')
    expect(problems(use, padded(''))).toContain('empty')
    expect(problems(use, new Uint8Array([0x61, 0x61]))).toContain('strings block')
    expect(problems(use, padded('x'.repeat(MAX_NAME_LENGTH + 1)))).toContain('too long')
  })

  it('reads the deepest tree allowed, and no deeper one', () => {
    const times = (count: number, bytes: Uint8Array) => Buffer.alloc(count * bytes.length, bytes)
    const nested = (depth: number) =>
      joined(beginNode(''), times(depth - 1, beginNode('n')), times(depth, end), words(token.finish))
    expect(readDtb(rawBlob({ structure: nested(MAX_DEPTH) })).ok).toBe(true)
    expect(problems(nested(MAX_DEPTH + 1))).toContain('levels')
    expect(problems(nested(500_000))).toContain('levels')
  })

  it('reads as many nodes and reservations as are allowed, and no more', () => {
    const many = (count: number) =>
      rootWith(Buffer.concat(Array.from({ length: count - 1 }, (_, index) => joined(beginNode(`n${index}`), end))))
    expect(readDtb(rawBlob({ structure: many(MAX_NODES) })).ok).toBe(true)
    expect(problems(many(MAX_NODES + 1))).toContain('nodes')
    const reserving = (count: number) =>
      rawBlob({
        structure: many(1),
        reservations: Array.from({ length: count }, (_, i) => [BigInt(i), 4096n] as const),
      })
    expect(readDtb(reserving(MAX_RESERVATIONS)).ok).toBe(true)
    expect(problemsOf(readDtb(reserving(MAX_RESERVATIONS + 1)))).toContain('memory reservations')
  })

  it('needs no more than seconds and little memory for a megabyte of names that overlap', () => {
    const strings = new Uint8Array(1 << 20).fill(0x61)
    strings[strings.length - 1] = 0
    const uses = Array.from({ length: 40_000 }, (_, index) => property(strings.length - 2 - (index % 200), words()))
    const elapsed = cpuTimer()
    expect(problems(rootWith(...uses.slice(0, 300)), strings)).toContain('second property')
    const nodes = uses.map((use, index) => joined(beginNode(`n${index}`), use, end))
    expect(ok(readDtb(rawBlob({ structure: rootWith(...nodes), strings }))).root.children).toHaveLength(40_000)
    expect(elapsed()).toBeLessThan(5000)
  })
})
