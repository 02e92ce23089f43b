import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import schema from '../../schemas/diagnostics.schema.json' with { type: 'json' }
import { atKey, atValue, type Diagnostic, inFile } from '../../src/diagnostics/diagnostic.ts'
import { nowhere } from '../../src/diagnostics/render/arrange.ts'
import { renderJson } from '../../src/diagnostics/render/json.ts'
import { summary } from '../../src/diagnostics/render/summary.ts'
import { renderText } from '../../src/diagnostics/render/text.ts'
import { documentOf } from '../source/stages.ts'

const validate = new Ajv2020({ strict: true }).compile(schema)
const source = documentOf('name: x\nother: [1, 2]\n')

const warning: Diagnostic = {
  code: 'REF-004',
  severity: 'warning',
  at: atValue('/other'),
  message: 'control \x1b[1m and lone \ud800',
  effect: 'e',
  help: 'h',
  related: [{ at: inFile('b.dtb', { node: '/soc' }), message: 'r' }],
}
const error: Diagnostic = { code: 'MAN-010', severity: 'error', at: atKey('/name'), message: 'm' }

describe('renderJson', () => {
  it('is described by its schema', () => {
    for (const list of [[], [error], [warning, error]]) {
      expect(validate(JSON.parse(renderJson(list, source.locate)))).toBe(true)
    }
    expect(validate({ version: 2, ok: true, diagnostics: [] })).toBe(false)
  })

  it('has every part of a finding, sorted by place', () => {
    expect(JSON.parse(renderJson([warning, error], source.locate))).toEqual({
      version: 1,
      ok: false,
      diagnostics: [
        {
          code: 'MAN-010',
          severity: 'error',
          message: 'm',
          at: { file: 'system.yaml', line: 1, column: 1, endColumn: 5, pointer: '/name' },
          related: [],
        },
        {
          code: 'REF-004',
          severity: 'warning',
          message: warning.message,
          effect: 'e',
          help: 'h',
          at: { file: 'system.yaml', line: 2, column: 8, endColumn: 14, pointer: '/other' },
          related: [{ at: { file: 'b.dtb', node: '/soc' }, message: 'r' }],
        },
      ],
    })
  })

  it('is ok without errors, and holds no control character', () => {
    const text = renderJson([warning], source.locate)
    expect(JSON.parse(text).ok).toBe(true)
    expect(text).not.toContain('\x1b')
    expect(text.endsWith('}\n')).toBe(true)
  })
})

describe('summary', () => {
  it.each([
    [[], 'no findings'],
    [['error'], '1 error'],
    [['note', 'error', 'warning', 'error'], '2 errors, 1 warning, 1 note'],
    [['note', 'note'], '2 notes'],
  ] as const)('of %j is %s', (severities, text) => {
    const list = severities.map((severity, index) => ({ ...error, severity, message: `${index}` }))
    expect(summary(list, source.locate)).toBe(text)
  })

  it('counts once what is shown once', () => {
    expect(summary([error, error], source.locate)).toBe('1 error')
  })

  it.each([
    ['in the keys of the manifest', source.locate, 'r'],
    ["in Xen's words where there is no manifest", nowhere, 'h'],
  ])('says what to do %s', (_, locate, help) => {
    const found: Diagnostic = { ...warning, at: inFile('b.dtb'), help: 'h', remedy: 'r' }
    const { diagnostics } = JSON.parse(renderJson([found], locate))
    expect(diagnostics).toMatchObject([{ help }])
    expect(renderText([found], locate, { colour: false })).toContain(`help: ${help}\n`)
  })
})
