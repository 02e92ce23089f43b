import { describe, expect, it } from 'vitest'
import { cpuTimer } from '../support/cpu-time.ts'
import { documentOf, readText } from './stages.ts'

const codes = (text: string): readonly string[] => readText(text).findings.map(({ code }) => code)

describe('values', () => {
  it.each([
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740992', '0x20000000000000'],
    ['0xffff000000000001', '0xffff000000000001'],
    ['18446744073709551615', '0xffffffffffffffff'],
    ['-9007199254740993', '-0x20000000000001'],
    ['0x4000_0000', '0x4000_0000'],
    ['017', 17],
    ['0o17', 15],
    ['0x10', 16],
    ['4.20', 4.2],
    ['yes', 'yes'],
    ['0:1', '0:1'],
    ['2001-01-01', '2001-01-01'],
    ['~', null],
    ['', null],
    ['"null"', 'null'],
    ['True', true],
    ['!!str 4.20', '4.20'],
  ])('%s is read exactly', (text, value) => {
    expect(documentOf(`a: ${text}\n`).value).toEqual({ a: value })
  })

  it('remembers integers that no number holds, and how scalars were written', () => {
    const source = documentOf('a: { b: 0xffff000000000001, c: "0xffff000000000001" }\nr: 4.20\nq: "4.20"\n')
    expect([...source.wideIntegers]).toEqual([['/a/b', 0xffff000000000001n]])
    expect(source.written('/r')).toBe('4.20')
    expect(source.written('/q')).toBe('4.20')
    expect(source.written('/a')).toBeUndefined()
    expect(source.written('/a/missing')).toBeUndefined()
  })

  it('keeps keys as they are written, whatever YAML makes of them', () => {
    const { value } = documentOf('0x10: a\ntrue: b\n1.0: c\n__proto__: { d: 1 }\nconstructor: e\n')
    expect(Object.entries(value as object)).toEqual([
      ['0x10', 'a'],
      ['true', 'b'],
      ['1.0', 'c'],
      ['__proto__', { d: 1 }],
      ['constructor', 'e'],
    ])
    expect(({} as Record<string, unknown>)['d']).toBeUndefined()
  })
})

describe('structure', () => {
  it('refuses a repeated key at the second, and names the first', () => {
    const { placed } = readText('a: 1\nb:\n  c: 1\n  "c": 2\n')
    const duplicate = placed.find(({ diagnostic }) => diagnostic.code === 'MAN-004')
    expect(duplicate?.at).toMatchObject({ line: 4, column: 3, endColumn: 6 })
    expect(duplicate?.related.map(({ at }) => [at.line, at.column])).toEqual([[3, 3]])
  })

  it('reports every repetition, and keeps the first value', () => {
    const { source, brief } = readText('a: 1\na: 2\na: 3\n')
    expect(brief.filter((line) => line.startsWith('MAN-004'))).toEqual(['MAN-004 2:1', 'MAN-004 3:1'])
    expect(source?.value).toEqual({ a: 1 })
  })

  it.each([
    ['', ['MAN-007']],
    ['# only a comment\n', ['MAN-007']],
    ['null\n', ['MAN-007']],
    ['- a\n- b\n', ['MAN-007']],
    ['just text\n', ['MAN-007']],
    ['a: 1\n---\nb: 2\n', ['MAN-007']],
    ['a: *b\n', ['MAN-005']],
    ['a: *b\nb: &b 1\n', ['MAN-005']],
    ['a: &a [*a]\n', ['MAN-005']],
    ['a: &a { b: { c: *a } }\n', ['MAN-005']],
    ['a: !mine 3\n', ['MAN-006']],
    ['a: !!binary aGk=\n', ['MAN-006']],
    ['a: !!set { x }\n', ['MAN-006']],
    ['a: !x!y 3\n', ['MAN-006']],
    ['%YAML 1.1\n---\na: yes\n', ['MAN-006']],
    ['a: "unclosed\n', ['MAN-003']],
    ['a: [1, 2\n', ['MAN-003']],
    ['a:\n\tb: 1\n', ['MAN-003']],
    ['a: b: c\n', ['MAN-003']],
    ['{'.repeat(20_000), ['MAN-009']],
    [`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`, ['MAN-009']],
    [`a: ${'['.repeat(70)}${']'.repeat(70)}`, ['MAN-009']],
    [`a: [${'1,'.repeat(150_000)}]`, ['MAN-009']],
  ])('of %.40j makes %j', (text, expected) => {
    const { source, findings } = readText(text)
    expect(findings.map(({ code }) => code)).toEqual(expected)
    expect(source).toBeUndefined()
  })

  it('says so before the parser could give up, at the place that is too deep', () => {
    const deep = `  ${'- '.repeat(20_000)}b\n`
    const { source, findings, placed } = readText(`a:\n${deep}c:\n${deep}`)
    expect(findings.map(({ code }) => code)).toEqual(['MAN-009'])
    expect(placed.map(({ at }) => [at.line, at.column])).toEqual([[2, 201]])
    expect(source).toBeUndefined()
  })

  it('bounds what aliases of aliases unfold to', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `x-${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}]`)
    const elapsed = cpuTimer()
    expect(codes(['x-0: &a0 [1]', ...lines].join('\n'))).toEqual(['MAN-009'])
    expect(elapsed()).toBeLessThan(2000)
  })

  it('replaces aliases by what was named last before them', () => {
    expect(documentOf('a: &x 1\nb: *x\nc: &x { d: 2 }\ne: [*x, *x]\n').value).toEqual({
      a: 1,
      b: 1,
      c: { d: 2 },
      e: [{ d: 2 }, { d: 2 }],
    })
  })

  it.each(['? [a]\n: 1\nb: 2\n', '? { a: 1 }\n: 1\nb: 2\n', ': 1\nb: 2\n', '~: 1\nb: 2\n'])(
    'refuses the key of %j and reads on',
    (text) => {
      const { source, findings } = readText(text)
      expect(findings[0]?.code).toBe('MAN-008')
      expect(source?.value).toEqual({ b: 2 })
    },
  )

  it.each([
    ['<<: { a: 1, b: 3 }\nb: 2\n', { a: 1, b: 2 }],
    ['x: &x { a: 1 }\ny: &y { c: 4 }\nz: { <<: [*x, *y], a: 5 }\n', { x: { a: 1 }, y: { c: 4 }, z: { a: 5, c: 4 } }],
    ['<<: 1\nb: 2\n', { b: 2 }],
  ])('refuses the merge key of %j and reads on as if it were one', (text, value) => {
    const { source, findings } = readText(text)
    expect(findings[0]?.code).toBe('MAN-008')
    expect(source?.value).toEqual(value)
  })

  it('takes time in proportion to the number of keys', { timeout: 60_000 }, () => {
    const text = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n')
    const elapsed = cpuTimer()
    expect(Object.keys(documentOf(text).value as object)).toHaveLength(20_000)
    expect(elapsed()).toBeLessThan(15_000)
  })
})

describe('what was not closed', () => {
  it.each([
    ['a: 1\nb: "x\nc: 2\nd: 3\n', '2:4'],
    ["a: 'x\nb: 1\n", '1:4'],
    ['a:\n  b: [1,\n    { c: 2 },\nd: 2\ne: 3\n', '2:6'],
    ['a: { b: { c: 1,\nd: 2\n', '1:9'],
  ])('%j is shown where it begins', (text, place) => {
    const { placed } = readText(text)
    expect(placed[0]?.diagnostic.code).toBe('MAN-003')
    expect(placed.flatMap(({ related }) => related.map(({ at }) => `${at.line}:${at.column}`))).toContain(place)
  })
})
