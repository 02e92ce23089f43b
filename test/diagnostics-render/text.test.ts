import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { atKey, atValue, type Diagnostic, inFile } from '../../src/diagnostics/diagnostic.ts'
import { nowhere } from '../../src/diagnostics/render/arrange.ts'
import { underline } from '../../src/diagnostics/render/columns.ts'
import { renderText } from '../../src/diagnostics/render/text.ts'
import type { Severity } from '../../src/diagnostics/severity.ts'
import { documentOf } from '../source/stages.ts'

const source = documentOf('name: x\nregions:\n  ring0:\n    host-address: 0x70000000\n  ring1: {}\n')

const overlap: Diagnostic = {
  code: 'MAN-023',
  severity: 'error',
  at: atValue('/regions/ring0/host-address'),
  message: "'ring0' overlaps 'ring1'",
  effect: 'Xen would panic at boot',
  help: 'drop host-address',
  related: [{ at: atKey('/regions/ring1'), message: "'ring1' is declared here" }],
}

describe('renderText', () => {
  it('has the form that the documentation shows', () => {
    expect(
      renderText([overlap], source.locate, { colour: false }),
    ).toBe(`system.yaml:4:19 error MAN-023: 'ring0' overlaps 'ring1'
   4 |     host-address: 0x70000000
                         ^^^^^^^^^^
  system.yaml:5:3: 'ring1' is declared here
  Xen would panic at boot
  help: drop host-address
`)
  })

  it('says once what helps several notes of a rule, and each time what helps an error', () => {
    const note = (pointer: string, help: string): Diagnostic => ({
      ...overlap,
      severity: 'note',
      at: atKey(pointer),
      help,
    })
    const notes = [note('/regions/ring0', 'build again'), note('/regions/ring1', 'build again'), note('/name', 'other')]
    const helps = (list: readonly Diagnostic[]): readonly string[] =>
      [...renderText(list, source.locate, { colour: false }).matchAll(/^ {2}help: (.*)$/gm)].map(
        ([, help = '']) => help,
      )
    expect(helps(notes)).toEqual(['other', 'build again'])
    expect(helps(notes.map((one) => ({ ...one, severity: 'error' })))).toHaveLength(3)
  })

  it('colours only when told to, and nothing but colours', () => {
    const plain = renderText([overlap], source.locate, { colour: false })
    const coloured = renderText([overlap], source.locate, { colour: true })
    expect(plain).not.toContain('\x1b')
    expect(coloured).toContain('\x1b[31m')
    expect(stripVTControlCharacters(coloured)).toBe(plain)
  })

  it('shows what is known of a place', () => {
    const at = (place: Parameters<typeof inFile>[1], severity: Severity = 'error') =>
      renderText([{ code: 'MAN-001', severity, at: inFile('b.dtb', place), message: 'm' }], nowhere, {
        colour: false,
      })
    expect(at({})).toBe('b.dtb error MAN-001: m\n')
    expect(at({ node: '/soc/uart@0' })).toBe('b.dtb (/soc/uart@0) error MAN-001: m\n')
    expect(at({ line: 3 })).toBe('b.dtb:3 error MAN-001: m\n')
    expect(at({ line: 3, column: 4 })).toBe('b.dtb:3:4 error MAN-001: m\n')
    expect(at({ line: 3, column: 2, text: 'abc' })).toBe('b.dtb:3:2 error MAN-001: m\n   3 | abc\n        ^\n')
    // A note with nothing to do is one line.
    expect(at({ line: 3, column: 2, text: 'abc' }, 'note')).toBe('b.dtb:3:2 note MAN-001: m\n')
  })

  it('lets no text of the user reach the terminal as a command', () => {
    const hostile = 'a\x1b[2Jb\nc\u202ed\u200be\x9bf\x7f'
    const text = renderText(
      [
        {
          code: 'MAN-025',
          severity: 'error',
          at: inFile(`f\x1b[1m.yaml`, { line: 1, column: 1, text: hostile, node: '/n\x07' }),
          message: hostile,
          effect: hostile,
          help: hostile,
          related: [{ at: inFile('g\r.yaml'), message: hostile }],
        },
      ],
      nowhere,
      { colour: false },
    )
    expect(text).not.toMatch(/[^\n\x20-\x7e]/)
    expect(text.split('\n')).toHaveLength(7)
  })
})

describe('order', () => {
  const finding = (code: Diagnostic['code'], at: Diagnostic['at'], message = 'm'): Diagnostic => ({
    code,
    severity: 'error',
    at,
    message,
  })
  const heads = (findings: readonly Diagnostic[]): string[] =>
    renderText(findings, source.locate, { colour: false })
      .split('\n')
      .filter((line) => / error /.test(line))
      .map((line) => line.split(' ')[0] ?? '')

  it('is by place, the manifest first, and otherwise as reported', () => {
    expect(
      heads([
        finding('MAN-001', inFile('z.dts', { line: 9, column: 1 })),
        finding('MAN-001', inFile('z.dts', { line: 10, column: 1 })),
        finding('MAN-001', inFile('z.dts')),
        finding('MAN-002', atKey('/regions/ring1')),
        finding('MAN-003', inFile('a.dts')),
        finding('MAN-004', atKey('/name'), 'second'),
        finding('MAN-003', atKey('/name'), 'first'),
      ]),
    ).toEqual(['system.yaml:1:1', 'system.yaml:1:1', 'system.yaml:5:3', 'z.dts', 'z.dts:9:1', 'z.dts:10:1', 'a.dts'])
  })

  it('shows the same finding once, and two findings at one place twice', () => {
    const at = atKey('/name')
    expect(heads([finding('MAN-001', at), finding('MAN-001', at), finding('MAN-001', at, 'n')])).toHaveLength(2)
  })
})

describe('underline', () => {
  const shown = (line: string, column: number, endColumn: number): string => {
    const { line: text, carets } = underline(line, column, endColumn)
    return `${text}\n${carets}`
  }

  it.each([
    ['abc def', 5, 8, 'abc def\n    ^^^'],
    ['abc', 1, 1, 'abc\n^'],
    ['abc', 4, 5, 'abc\n   ^'],
    ['abc', 9, 12, 'abc\n   ^'],
    ['', 1, 2, '\n^'],
    // A tab reaches to the next multiple of four.
    ['\ta', 2, 3, '    a\n    ^'],
    ['ab\ta', 4, 5, 'ab  a\n    ^'],
    // Wide characters take two columns, combining marks none.
    ['漢字 x', 4, 5, '漢字 x\n     ^'],
    ['漢字 x', 2, 3, '漢字 x\n  ^^'],
    ['\u{1f600}x', 3, 4, '\u{1f600}x\n  ^'],
    ['e\u0301x', 3, 4, 'e\u0301x\n ^'],
    // Control characters are spelled out.
    ['\x1b[1mx', 5, 6, '\\x1b[1mx\n       ^'],
    ['a\u202eb', 3, 4, 'a\\u{202e}b\n         ^'],
    ['\ud800x', 2, 3, '\\u{d800}x\n        ^'],
  ])('%j from %i to %i', (line, column, endColumn, expected) => {
    expect(shown(line, column, endColumn)).toBe(expected)
  })

  it.each([1, 60, 100, 5000, 9998])('cuts a long line around column %i', (column) => {
    const line = `${'a'.repeat(column - 1)}bcd${'e'.repeat(10_000 - column)}`
    const { line: text, carets } = underline(line, column, column + 3)
    expect(text.length).toBeLessThanOrEqual(112)
    const from = carets.indexOf('^')
    expect(text.slice(from, from + carets.trim().length)).toBe('bcd')
    expect(text.endsWith('…')).toBe(column < 9998)
    expect(text.startsWith('…')).toBe(column > 100)
  })

  it('marks only what is shown of a long place', () => {
    const { line, carets } = underline('x'.repeat(1000), 1, 1001)
    expect(carets.length).toBeLessThanOrEqual(line.length)
    expect(carets).toMatch(/^\^{100,}$/)
  })
})
