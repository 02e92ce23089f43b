import { describe, expect, it } from 'vitest'
import { parseDts } from '../../../src/devicetree/parse/parse-dts.ts'

/** `line:column: message` of each problem. */
const problemsIn = (source: string): string[] => {
  const result = parseDts(source, { file: 'a.dts' })
  if (result.ok) throw new Error(`accepted: ${source}`)
  return result.problems.map(({ at, message }) =>
    at?.kind === 'file' ? `${at.line}:${at.column}: ${message}` : message,
  )
}
const V1 = '/dts-v1/;\n'

describe('a syntax problem', () => {
  it.each<[string, ...string[]]>([
    ['', "1:1: found the end of the file, expected '/dts-v1/' as the first word"],
    ['/ { };', "1:1: found '/', expected '/dts-v1/' as the first word"],
    [`${V1}`, "2:1: found the end of the file, expected '/ { … };'"],
    [
      `${V1}/ { a = <1>`,
      "2:12: found the end of the file, expected ',' or ';'",
      "2:12: found the end of the file, expected '}' or a property or node",
    ],
    [
      `${V1}/ { a = <1>;`,
      "2:13: found the end of the file, expected a property, a node or '}'",
      "2:13: found the end of the file, expected '}' or a property or node",
    ],
    [`${V1}/ { a = <1> };`, "2:13: found '}', expected ',' or ';'"],
    [`${V1}/ { a <1>; };`, "2:7: found '<', expected '=', '{' or ';'"],
    [`${V1}/ { a = 1; };`, "2:9: found '1', expected <numbers>, a string, [bytes] or a reference"],
    [`${V1}/ { a = /bits/ 7 <1>; };`, '2:16: found 7, expected 8, 16, 32 or 64 bits'],
    [`${V1}/ { a = /bits/ 8 "x"; };`, "2:18: found the string 'x', expected <numbers>"],
    [`${V1}/ { a = <1, 2>; };`, "2:11: found ',', expected a number, a reference or '>'"],
    [`${V1}/ { a = <GIC_SPI 1>; };`, "2:10: found 'GIC_SPI', expected a number, a reference or '>'"],
    [`${V1}/ { a = [0 1]; };`, "2:10: found '0', expected two hexadecimal digits or ']'"],
    [`${V1}/ { a = <(1 +)>; };`, "2:14: found ')', expected a number"],
    [`${V1}/ { a = <(1>; };`, "2:13: found ';', expected a number"],
    [`${V1}/ { a = <08>; };`, "2:10: '08' begins with 0 and so is octal, but has a digit above 7"],
    [`${V1}/ { a = <0x10000000000000000>; };`, "2:10: '0x10000000000000000' does not fit into 64 bits"],
    [`${V1}/ { a = <0x100000000>; };`, '2:10: 0x100000000 does not fit into 32 bits'],
    [
      `${V1}/ { a = /bits/ 8 <256 (-257) (-256)>; };`,
      '2:19: 0x100 does not fit into 8 bits',
      '2:23: 0xfffffffffffffeff does not fit into 8 bits',
    ],
    [`${V1}/ { a = /bits/ 64 <&{/}>; };`, '2:20: a reference needs 32-bit cells, these have 64 bits'],
    [`${V1}/ { a = <(1 / 0)>; };`, '2:13: division by zero'],
    [`${V1}/ { a = <(1 ? 2 : 3 % 0)>; };`, '2:21: division by zero'],
    [`${V1}/ { a = <'ab'>; };`, '2:10: a character literal stands for one byte, this one for 2'],
    [`${V1}/ { a = "\\xg"; };`, '2:9: \\x must be followed by one or two hexadecimal digits'],
    [`${V1}/ { a = "x; };`, '2:9: this string is not closed'],
    [`${V1}/ { /* };`, '2:5: this comment is not closed'],
    [`${V1}/ { n { }; a; };`, '2:12: the properties of a node come before its child nodes'],
    [`${V1}/ { n { } };`, "2:11: found '}', expected ';' after the node's '}'"],
    [`${V1}/ { }; foo;`, "2:8: found 'foo', expected '/ { … };', '&label { … };' or the end of the file"],
    [
      `${V1}/ { }; /memreserve/ 1 2;`,
      "2:8: found '/memreserve/', expected '/ { … };', '&label { … };' or the end of the file",
    ],
    [`${V1}/ { };\n};`, "3:1: found '}', expected '/ { … };', '&label { … };' or the end of the file"],
    [`${V1}/ { }; l: /memreserve/ 1 2;`, "2:11: found '/memreserve/', expected the reference to a node"],
    [
      `${V1}#include <x.h>\n/ { };`,
      "2:1: found the C preprocessor's '#include': this source has not been preprocessed",
    ],
    [`${V1}/ {\n  #ifdef X\n };`, "3:3: found the C preprocessor's '#ifdef': this source has not been preprocessed"],
    [`${V1}/include/ "x"`, "2:1: the included file 'x' cannot be read"],
    [`${V1}/include/ x`, '2:1: /include/ must be followed by the name of a file in double quotes'],
    [`${V1}/ { a = /incbin/("x"); };`, "2:18: /incbin/ of 'x': binary files cannot be included here"],
    [`${V1}/ { /omit-if-no-ref/ a; };`, "2:23: found ';', expected '{' of the node that may be omitted"],
  ])('in %j', (source, ...expected) => {
    const found = problemsIn(source)
    expect(found).toHaveLength(expected.length)
    expected.forEach((message, index) => {
      expect(found[index]).toContain(message)
    })
  })

  it('does not hide those in later statements', () => {
    const source = `${V1}/ {\n a = <1;\n b = [0];\n n { c d; };\n m { };\n};\n&{/} { f = ; };\n};\n/ { g = 1; };`
    expect(problemsIn(source).map((problem) => problem.split(':', 2).join(':'))).toEqual([
      '3:8',
      '4:7',
      '5:8',
      '8:12',
      '9:1',
      '10:9',
    ])
  })

  it('stops after twenty', () => {
    expect(problemsIn(`${V1}/ { ${'a = 1; '.repeat(50)} };`)).toHaveLength(20)
  })

  it('of the preprocessor says what to do', () => {
    const result = parseDts('#include "x"\n', { file: 'a.dts' })
    expect(result.ok ? '' : result.problems[0]?.help).toMatch(/cpp .* \| dtc/)
  })

  it('is in the file that line markers name', () => {
    const result = parseDts('/dts-v1/;\n# 30 "b.dtsi"\n/ { a = ; };', { file: 'a.dts' })
    expect(result.ok ? undefined : result.problems[0]?.at).toEqual({
      kind: 'file',
      file: 'b.dtsi',
      line: 30,
      column: 9,
      endColumn: 10,
    })
  })
})

describe('a tree that makes no sense', () => {
  it.each<[string, ...string[]]>([
    ['/ { a = <&x>; };', "2:10: there is no node '&x'"],
    ['/ { a = &{/n/m}; n { }; };', "2:9: there is no node '&/n/m'"],
    ['/ { }; &x { };', "2:8: there is no node '&x' so far"],
    ['&x { };', "2:1: there is no node '&x' so far"],
    ['/ { x: n { }; }; /delete-node/ &x; &x { };', "2:36: there is no node '&x' so far"],
    ['/ { n { }; n { }; };', "2:12: the node 'n' is already defined in the same block, at a.dts:2:5"],
    ['/ { a; a; };', "2:8: the property 'a' is already defined in the same block, at a.dts:2:5"],
    ['/ { n { }; /delete-node/ n; };', "2:26: the node 'n' is deleted in the block that defines it, at a.dts:2:5"],
    ['/ { x: n { }; x: m { }; };', "2:15: the label 'x' on the node 'm' is already on the node 'n'"],
    [
      '/ { x: a; n { b = x: <1>; }; };',
      "2:19: the label 'x' on a value of the property 'b' of 'n' is already on the property 'a' of ''",
    ],
    ['/ { a@b; };', "2:5: the property name 'a@b' has an '@'"],
    ['/ { n@1@2 { }; };', "2:5: the node name 'n@1@2' has more than one '@'"],
    ['/ { n#1 { }; };', "2:5: the node name 'n#1' has a character of '*#?'"],
    [`/ { ${'n'.repeat(256)}; };`, 'is longer than 255 characters'],
    ['/ { n@1 { name = "m"; }; };', "2:11: the value of 'name' can only be the node's, 'n'"],
    ['/ { phandle = <1>; n { phandle = <1>; }; };', 'phandle'],
    ['/ { phandle = <0>; };', 'phandle'],
    ['/ { }; /delete-node/ &{/};', 'the root of the tree is deleted at the end of the source'],
  ])('in %j', (source, ...expected) => {
    const found = problemsIn(V1 + source)
    expect(found).toHaveLength(expected.length)
    expect(found[0]).toContain(expected[0])
  })

  it.each([
    ['&{/n} { };', undefined],
    ['/ { a = <&{/n}>; };', "1:30: there is no node '&/n'"],
    ['/ { a = &x; };', "1:29: there is no node '&x'"],
    ['&{x/n} { };', '1:21: a path that begins with a label cannot be used in a /plugin/'],
  ])('among overlays: %s', (source, expected) => {
    const result = parseDts(`/dts-v1/; /plugin/; ${source}`, { file: 'a.dts' })
    expect(result.ok).toBe(expected === undefined)
    if (expected !== undefined) expect(problemsIn(`/dts-v1/; /plugin/; ${source}`)[0]).toContain(expected)
  })
})

describe('limits', () => {
  const lines = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join('')

  it.each([
    ['nodes', (count: number) => `/ { ${lines(count - 1, (i) => `n${i} { };`)} };`, 100_000],
    ['nodes', (count: number) => lines(count / 2, () => '/ { /delete-node/ n; };'), 100_000],
    ['nodes', (count: number) => `/ { l: n { }; };${lines(count - 2, () => '&l { };')}`, 100_000],
    ['memory reservations', (count: number) => `${'/memreserve/ 0x1000 0x1000;'.repeat(count)} / { };`, 1000],
  ])('are on %s: %s', (what, source, most) => {
    const [first, ...others] = problemsIn(`${V1}${source(most + 2)}`)
    expect(first).toContain(`more than ${most} ${what}`)
    expect(others).toEqual([])
    expect(parseDts(`${V1}${source(most)}`, { file: 'a.dts' }).ok).toBe(true)
  })

  it('are on words', () => {
    expect(problemsIn(`${V1}/ { a = [${'00'.repeat(4_000_000)}]; };`)[0]).toContain('more than 4000000 words')
  })

  it.each(['/include/ "b.dts"', '/ { a = /incbin/("b.bin"); };'])('are on inclusions: %s', (inclusion) => {
    const files = { include: () => ({ file: 'b.dts', text: '' }), incbin: () => Uint8Array.of(1) }
    const parsed = (count: number) =>
      parseDts(`${V1}/ { };\n${`${inclusion}\n`.repeat(count)}`, { file: 'a.dts', ...files })
    expect(parsed(1000).ok).toBe(true)
    const refused = parsed(1001)
    expect(refused.ok || refused.problems.map(({ message }) => message)).toEqual(['more than 1000 files are included'])
  })

  it('are on levels of nodes', () => {
    const nested = (levels: number): string => `${V1}/ { ${'n { '.repeat(levels)}${'}; '.repeat(levels)}};`
    expect(parseDts(nested(63), { file: 'a.dts' }).ok).toBe(true)
    expect(problemsIn(nested(64))[0]).toContain('more than 64 levels')
    expect(problemsIn(nested(100_000))[0]).toContain('more than 64 levels')
  })

  it('are on levels that definitions add up to', () => {
    const tail = `${'n { '.repeat(40)}${'}; '.repeat(40)}`
    expect(problemsIn(`${V1}/ { l: ${tail} }; &{/${'n/'.repeat(40)}} { ${tail} };`)[0]).toContain('more than 64 levels')
  })

  it.each(['(', '-', '(1 ? ', '!(', '~'])('are on expressions of many %s', (prefix) => {
    expect(problemsIn(`${V1}/ { a = <(${prefix.repeat(100_000)}1)>; };`)[0]).toContain('nested deeper than 500')
  })
})
