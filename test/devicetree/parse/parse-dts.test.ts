import { describe, expect, it } from 'vitest'
import { nodeAt, propertyNamed } from '../../../src/devicetree/model.ts'
import { parseDts } from '../../../src/devicetree/parse/parse-dts.ts'
import { outline } from '../../support/devicetree/outline.ts'
import { ok } from '../expect-ok.ts'

const parsed = (source: string, symbols = false) => ok(parseDts(`/dts-v1/;\n${source}`, { file: 'a.dts', symbols }))

describe('a source', () => {
  it.each<[string, string, string[]]>([
    ['an empty tree', '/ { };', ['/']],
    ['properties and nodes', '/ { a; b = <1>; n { c; }; };', ['/', '  a', '  b = <1>', '/n', '  c']],
    ['names that begin like something else', '/ { 12; #x; \\y; 0x5 { }; };', ['/', '  12', '  #x', '  y', '/0x5']],
    ['lists', '/ { a = "x", "y", <1 2>, <3>, [0a 0B]; };', ['/', '  a = "x", "y", <1 2>, <3>, [0a0b]']],
    ['empty lists', '/ { a = <>, [], ""; };', ['/', '  a = <>, [], ""']],
    [
      'widths',
      '/ { a = /bits/ 8 <255 (-1)>, /bits/ 64 <(-1)>; };',
      ['/', '  a = /bits/ 8 <255 255>, /bits/ 64 <18446744073709551615>'],
    ],
    [
      'labels everywhere',
      'm: /memreserve/ 1 2; / { p: a = x: <y: 1 z:> e:, [f: 00 g:]; l: n { }; };',
      ['/', '  p: a = <1>, [00]', 'l: /n'],
    ],
    ['comments', '/* { */ / { // }\n a /**/ = /* ; */ <1 /*2*/>; };//', ['/', '  a = <1>']],
    [
      'a merge',
      '/ { a = <1>; b; n { c; }; }; / { b = "x"; d; n { e; }; m { }; };',
      ['/', '  a = <1>', '  b = "x"', '  d', '/n', '  c', '  e', '/m'],
    ],
    ['an extension by label', '/ { l: n { a; }; m { }; }; &l { b; };', ['/', 'l: /n', '  a', '  b', '/m']],
    ['an extension by path', '/ { n { m { }; }; }; &{/n/m} { b; };', ['/', '/n', '/n/m', '  b']],
    ['an extension by a path from a label', '/ { l: n { m { }; }; }; &{l/m} { b; };', ['/', 'l: /n', '/n/m', '  b']],
    ['an extension that adds a label', '/ { l: n { }; }; k: &l { b; };', ['/', 'k: l: /n', '  b']],
    ['a deletion by reference', '/ { l: n { }; m { }; }; /delete-node/ &l;', ['/', '/m']],
    [
      'deletions by name',
      '/ { a; b; n { }; m { }; }; / { /delete-property/ a; /delete-node/ n; };',
      ['/', '  b', '/m'],
    ],
    [
      'what comes back, in its old place',
      '/ { a; b; n { x; y; }; m { }; }; / { /delete-property/ a; a = <1>; /delete-node/ n; n { y; z; }; };',
      ['/', '  a = <1>', '  b', '/n', '  y', '  z', '/m'],
    ],
    [
      'phandles in order of reference',
      '/ { a = <&y &x>; x: n { }; y: m { }; };',
      ['/', '  a = <1 2>', 'x: /n', '  phandle = <2>', 'y: /m', '  phandle = <1>'],
    ],
    [
      'phandles around those that are taken',
      '/ { a = <&x>; x: n { }; y: m { phandle = <1>; }; };',
      ['/', '  a = <2>', 'x: /n', '  phandle = <2>', 'y: /m', '  phandle = <1>'],
    ],
    ['a phandle of its own', '/ { x: n { phandle = <&x>; a; }; };', ['/', 'x: /n', '  phandle = <1>', '  a']],
    ['paths', '/ { a = &x, <&{/n}>; x: n { }; };', ['/', '  a = "/n", <1>', 'x: /n', '  phandle = <1>']],
    [
      'unreferenced nodes that may go',
      '/ { a = <&x>; /omit-if-no-ref/ x: n { }; /omit-if-no-ref/ y: m { }; };',
      ['/', '  a = <1>', 'x: /n', '  phandle = <1>'],
    ],
    ['a node that may go, by reference', '/ { x: n { }; }; /omit-if-no-ref/ &x;', ['/']],
    ['a superfluous name', '/ { n@1 { name = "n"; a; }; };', ['/', '/n@1', '  a']],
  ])('with %s', (_, source, lines) => {
    expect(outline(parsed(source))).toEqual(lines)
  })

  it('with memory reservations keeps their order', () => {
    const { reservations } = parsed('/memreserve/ 0x8000000000000000 (1 << 4); x: /memreserve/ 1 2; / { };')
    expect(reservations).toEqual([
      { address: 0x8000000000000000n, size: 16n },
      { address: 1n, size: 2n },
    ])
  })

  it.each([
    ['/ { cpus { cpu@3 { reg = <3>; }; cpu@0 { reg = <0>; }; }; };', 3],
    ['/ { cpus { cpu@3 { reg = <0 3>; }; }; };', 0],
    ['/ { cpus { c: cpu@3 { reg = <3>; }; cpu@5 { reg = <5>; }; }; }; /delete-node/ &c;', 0],
  ])('%s boots on CPU %i', (source, cpu) => {
    expect(parsed(source).bootCpuid).toBe(cpu)
  })

  it.each([
    [String.raw`"a\tb\"c\\"`, '"a\\tb\\"c\\\\"'],
    [String.raw`"\x41\x4z\101\60\0601"`, '"A\\u0004zA001"'],
    [String.raw`"a\0b\0"`, '"a", "b", ""'],
    ['"two\nlines"', '"two\\nlines"'],
    ['"ü"', '"ü"'],
    [String.raw`"\xc3\xbc"`, '"ü"'],
    [String.raw`"a\xe9"`, '[61e900]'],
    [String.raw`"\q"`, '"q"'],
  ])('reads the string %s', (written, read) => {
    expect(outline(parsed(`/ { a = ${written}; };`))).toEqual(['/', `  a = ${read}`])
  })

  it('keeps the place of nodes, properties and values', () => {
    const { root } = parsed('/ {\n\tl: soc {\n\t\treg = <1>,\n\t\t      "x";\n\t};\n};')
    const soc = nodeAt(root, '/soc')
    const reg = soc && propertyNamed(soc, 'reg')
    expect(soc?.origin).toEqual({ kind: 'file', file: 'a.dts', line: 3, column: 5, endColumn: 8 })
    expect(reg?.origin).toEqual({ kind: 'file', file: 'a.dts', line: 4, column: 3, endColumn: 6 })
    expect(reg?.value[1]?.origin).toEqual({ kind: 'file', file: 'a.dts', line: 5, column: 9, endColumn: 12 })
  })

  it('has the place of the definition that counts', () => {
    const { root } = parsed('/ { a = <1>; };\n/ { a = <2>; };')
    expect(propertyNamed(root, 'a')?.origin).toMatchObject({ line: 3, column: 5 })
  })

  it('follows line markers', () => {
    const { root } = parsed('# 7 "b.dtsi" 2\n/ {\n#line 40 "c.dtsi"\na; };')
    expect(root.origin).toMatchObject({ file: 'b.dtsi', line: 7, column: 1 })
    expect(propertyNamed(root, 'a')?.origin).toMatchObject({ file: 'c.dtsi', line: 40, column: 1 })
  })
})

describe('symbols', () => {
  it('are the labelled nodes, which get phandles after those that are referred to', () => {
    expect(outline(parsed('/ { a = <&y>; p: q; l: x: n { }; y: m { }; };', true))).toEqual([
      '/',
      '  a = <1>',
      '  p: q',
      'l: x: /n',
      '  phandle = <2>',
      'y: /m',
      '  phandle = <1>',
      '/__symbols__',
      '  l = "/n"',
      '  x = "/n"',
      '  y = "/m"',
    ])
  })

  it('keep labelled nodes that might go', () => {
    expect(outline(parsed('/ { /omit-if-no-ref/ l: n { }; /omit-if-no-ref/ m { }; };', true))).toEqual([
      '/',
      'l: /n',
      '  phandle = <1>',
      '/__symbols__',
      '  l = "/n"',
    ])
  })

  it('are not there without labels', () => {
    expect(outline(parsed('/ { n { }; };', true))).toEqual(['/', '/n'])
  })
})

describe('an overlay', () => {
  const overlay = (source: string, symbols = false): string[] =>
    outline(ok(parseDts(`/dts-v1/; /plugin/;\n${source}`, { file: 'a.dts', symbols })))

  it('makes fragments of what it extends', () => {
    expect(overlay('&uart { status = "okay"; }; &{/soc} { a; };')).toEqual([
      '/',
      '/fragment@0',
      '  target = <4294967295>',
      '/fragment@0/__overlay__',
      '  status = "okay"',
      '/fragment@1',
      '  target-path = "/soc"',
      '/fragment@1/__overlay__',
      '  a',
      '/__fixups__',
      '  uart = "/fragment@0:target:0"',
    ])
  })

  it('lists the cells that wait for a phandle, by their bytes', () => {
    expect(overlay('/ { n { a = "xyz", &l, <1 &out &l>, [00], <&out>; l: m { }; }; };')).toEqual([
      '/',
      '/n',
      '  a = "xyz", "/n/m", <1 4294967295 1>, [00], <4294967295>',
      'l: /n/m',
      '  phandle = <1>',
      '/__fixups__',
      '  out = "/n:a:13", "/n:a:22"',
      '/__local_fixups__',
      '/__local_fixups__/n',
      '  a = <17>',
    ])
  })

  it('extends its own nodes in place', () => {
    expect(overlay('&out { l: n { a; }; }; &l { b; };')).toContain('  b')
    expect(overlay('&out { l: n { a; }; }; &l { b; };')).not.toContain('/fragment@1')
  })

  it('has symbols for its own labels', () => {
    expect(overlay('&out { l: n { }; };', true).slice(-4)).toEqual([
      '/__symbols__',
      '  l = "/fragment@0/__overlay__/n"',
      '/__fixups__',
      '  out = "/fragment@0:target:0"',
    ])
  })

  it('that says its fixups itself is not given them twice', () => {
    const source = '/ { n { a = <&out>; }; __fixups__ { out = "/n:a:0"; }; };'
    expect(overlay(source).slice(-2)).toEqual(['/__fixups__', '  out = "/n:a:0"'])
  })
})
