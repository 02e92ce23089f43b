import { describe, expect, it } from 'vitest'
import { cells, node, phandleOf, property } from '../../../src/devicetree/build.ts'
import { MAX_NODES } from '../../../src/devicetree/limits.ts'
import type { DeviceTree } from '../../../src/devicetree/model.ts'
import { nodeAt, propertyNamed } from '../../../src/devicetree/model.ts'
import { applyOverlay } from '../../../src/devicetree/overlay/apply-overlay.ts'
import { parseDts } from '../../../src/devicetree/parse/parse-dts.ts'
import { readDtb } from '../../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../../src/devicetree/write/write-dtb.ts'
import { outline } from '../../support/devicetree/outline.ts'
import { ok, problemsOf } from '../expect-ok.ts'

const base = (source: string): DeviceTree =>
  ok(parseDts(`/dts-v1/; / { ${source} };`, { file: 'base.dts', symbols: true }))
const overlay = (source: string, symbols = false): DeviceTree =>
  ok(parseDts(`/dts-v1/; /plugin/; ${source}`, { file: 'overlay.dts', symbols }))
const blobbed = (tree: DeviceTree): DeviceTree => ok(readDtb(ok(writeDtb(tree))))
/** Without what makes expectations long. */
const applied = (onto: DeviceTree, tree: DeviceTree): string[] => outline(ok(applyOverlay(onto, tree)))

it('makes no tree of more nodes than a tree may have', () => {
  const many = (count: number, name: string) =>
    node('', { children: Array.from({ length: count }, (_, i) => node(`${name}${i}`, {})) })
  const onto = (count: number) => ({ root: many(count, 'a'), reservations: [], bootCpuid: 0 })
  const tree = overlay('&{/} { b { }; };')
  expect(applyOverlay(onto(MAX_NODES - 2), tree).ok).toBe(true)
  expect(problemsOf(applyOverlay(onto(MAX_NODES - 1), tree))).toContain('more than 100000 nodes')
})

describe('an overlay', () => {
  const uart = base('a; uart: uart@1 { status = "disabled"; reg = <1>; }; last { };')

  it('replaces properties in place, puts new properties and nodes first, latest first', () => {
    const tree = overlay('&uart { status = "okay"; x; y; n { p; }; m { }; };')
    expect(applied(uart, tree)).toEqual([
      '/',
      '  a',
      'uart: /uart@1',
      '  y',
      '  x',
      '  status = "okay"',
      '  reg = <1>',
      '  phandle = <1>',
      '/uart@1/m',
      '/uart@1/n',
      '  p',
      '/last',
      '/__symbols__',
      '  uart = "/uart@1"',
    ])
  })

  it('goes to target-path, also through an alias and without unit address', () => {
    const withAlias = base('aliases { serial0 = "/soc/uart@1"; }; soc { uart@1 { }; };')
    for (const path of ['/soc/uart@1', '/soc/uart', '//soc/uart@1/', 'serial0']) {
      const tree = overlay(`/ { fragment@0 { target-path = "${path}"; __overlay__ { x; }; }; };`)
      expect(applied(withAlias, tree), path).toContain('  x')
    }
  })

  it('finds a node of the base tree without its unit address', () => {
    expect(applied(uart, overlay('&{/} { uart { x; }; };')).filter((line) => line.includes('/uart'))).toHaveLength(2)
  })

  it('gets phandles behind those of the base tree', () => {
    const tree = overlay('&uart { o: n { a = <&o &uart>; }; };')
    expect(applied(uart, tree)).toEqual(expect.arrayContaining(['  a = <2 1>', '  phandle = <2>']))
  })

  it('keeps the phandle that a node has in the base tree', () => {
    const onto = base('user = <&uart>; uart: uart@1 { };')
    const lines = applied(onto, overlay('&{/} { a = <&o>; o: uart@1 { b = <&o>; }; };'))
    expect(lines).toEqual(expect.arrayContaining(['  user = <1>', '  a = <1>', '  b = <1>', '  phandle = <1>']))
    expect(lines).not.toContain('  phandle = <2>')
  })

  it('keeps the types of values around a phandle', () => {
    const tree = overlay('&uart { a = "x", <1 &uart>, [00], /bits/ 64 <7>; };')
    expect(applied(uart, tree)).toContain('  a = "x", <1 1>, [00], /bits/ 64 <7>')
  })

  it('is the same from blobs', () => {
    const tree = overlay('&uart { o: n { a = "odd", <&o &uart>; }; };', true)
    const typed = ok(writeDtb(ok(applyOverlay(uart, tree))))
    const bytes = ok(writeDtb(ok(applyOverlay(blobbed(uart), blobbed(tree)))))
    expect(Buffer.compare(typed, bytes)).toBe(0)
  })

  it('adds its symbols', () => {
    const tree = overlay('&uart { o: n { k: m { }; }; }; &{/} { r: s { }; };', true)
    expect(applied(uart, tree).slice(-5)).toEqual([
      '/__symbols__',
      '  r = "/s"',
      '  k = "/uart@1/n/m"',
      '  o = "/uart@1/n"',
      '  uart = "/uart@1"',
    ])
  })

  it('can extend what an earlier overlay made', () => {
    const first = ok(applyOverlay(uart, overlay('&uart { o: n { }; };', true)))
    expect(applied(first, overlay('&o { x; };'))).toContain('  x')
  })

  it('changes neither of its inputs', () => {
    const tree = overlay('&uart { o: n { a = <&o &uart>; }; };', true)
    const before = [outline(uart), outline(tree)]
    applyOverlay(uart, tree)
    expect([outline(uart), outline(tree)]).toEqual(before)
  })

  it('applies to a tree whose references are not resolved yet', () => {
    const root = node('', {
      properties: [property('a', [cells([phandleOf({ label: 'l' })])])],
      children: [node('n', { labels: ['l'] })],
    })
    const result = ok(applyOverlay({ root, reservations: [], bootCpuid: 0 }, overlay('&{/n} { o: m { b = <&o>; }; };')))
    expect(outline(result)).toEqual([
      '/',
      '  a = <1>',
      'l: /n',
      '  phandle = <1>',
      '/n/m',
      '  phandle = <2>',
      '  b = <2>',
    ])
  })

  it('keeps its origins', () => {
    const { root } = ok(applyOverlay(uart, overlay('&uart { status = "okay"; n { }; };')))
    const target = nodeAt(root, '/uart@1')
    expect(target?.origin).toMatchObject({ file: 'base.dts' })
    expect(target && propertyNamed(target, 'status')?.origin).toMatchObject({ file: 'overlay.dts' })
    expect(nodeAt(root, '/uart@1/n')?.origin).toMatchObject({ file: 'overlay.dts' })
  })
})

describe('an overlay that does not fit', () => {
  const plain = base('n { }; l: m { };')
  it.each<[string, DeviceTree, string, string]>([
    ['no symbols', base('n { };'), '&x { };', "no /__symbols__ to find the label 'x' in"],
    ['no such label', plain, '&x { };', "no label 'x' in /__symbols__"],
    [
      'a symbol that leads nowhere',
      base('l: n { }; __symbols__ { x = "/y"; };'),
      '&x { };',
      "no node '/y', which is its label 'x'",
    ],
    [
      'a symbol of a node without phandle',
      base('l: n { }; o { }; __symbols__ { x = "/o"; };'),
      '&x { };',
      "'/o' has no phandle",
    ],
    ['no such path', plain, '&{/x} { };', "/fragment@0: the base tree has no node with '/x'"],
    ['no target', plain, '/ { f { __overlay__ { }; }; };', '/f has neither target nor target-path'],
    [
      'a target that is no phandle',
      plain,
      '/ { f { target = [00]; __overlay__ { }; }; };',
      '/f: target is not a phandle',
    ],
    [
      'a target nobody has',
      plain,
      '/ { f { target = <77>; __overlay__ { }; }; };',
      'no node with the phandle of its target',
    ],
    [
      'a fixup that is none',
      plain,
      '/ { __fixups__ { l = "/f:target"; }; };',
      "'/f:target' is not path:property:offset",
    ],
    [
      'a fixup of a node that is not there',
      plain,
      '/ { __fixups__ { l = "/f:target:0"; }; };',
      "no 32 bits at '/f:target:0'",
    ],
    ['a fixup behind the end', plain, '/ { a = <1>; __fixups__ { l = "/:a:1"; }; };', "no 32 bits at '/:a:1'"],
    [
      'a fixup far behind the end',
      plain,
      '/ { a = <1>; __fixups__ { l = "/:a:99999999999999999999"; }; };',
      'no 32 bits at',
    ],
    ['fixups that are not strings', plain, '/ { __fixups__ { l = <1>; }; };', 'l is not a list of strings'],
    [
      'a local fixup of no property',
      plain,
      '/ { __local_fixups__ { a = <0>; }; };',
      "names a property 'a' that / does not have",
    ],
    [
      'a local fixup behind the end',
      plain,
      '/ { a = [00 00 00]; __local_fixups__ { a = <0>; }; };',
      "names offset 0 of 'a'",
    ],
    ['a local fixup of no node', plain, '/ { __local_fixups__ { n { }; }; };', "names a node 'n' that / does not have"],
    [
      'a local fixup that is no list',
      plain,
      '/ { a = <1>; __local_fixups__ { a = [00]; }; };',
      'not a list of 32-bit offsets',
    ],
    [
      'phandles used up',
      base('n { phandle = <0xfffffffd>; };'),
      '/ { n { phandle = <2>; }; };',
      'cannot be moved past',
    ],
    ['a symbol that is no path', plain, '/ { __symbols__ { x = "y"; }; };', 'x is not a full path'],
    ['a symbol in no fragment', plain, '/ { __symbols__ { x = "/f/__overlay__/y"; }; };', 'x is in no fragment'],
  ])('because of %s', (_, onto, source, message) => {
    expect(problemsOf(applyOverlay(onto, overlay(source)))).toContain(message)
  })

  it('says where', () => {
    const result = applyOverlay(plain, overlay('\n&x { };'))
    expect(result.ok ? undefined : result.problems[0]?.at).toMatchObject({ file: 'overlay.dts', line: 2, column: 1 })
  })
})
