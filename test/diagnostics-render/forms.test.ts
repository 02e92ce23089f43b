/** Forms of services in which changes are reviewed, held against what those who read them have published. */
import candidate from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' }
import Ajv from 'ajv-draft-04'
import fc from 'fast-check'
import type { Log } from 'sarif'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { catalogue, isCode } from '../../src/diagnostics/catalogue/index.ts'
import { atKey, atValue, type Diagnostic, inFile } from '../../src/diagnostics/diagnostic.ts'
import { REVIEW_FORMS, type ReviewForm, renderForm } from '../../src/diagnostics/render/forms.ts'
import { documentOf } from '../source/stages.ts'

const source = documentOf('name: x\nother: [1, 2]\n')
const render = (form: ReviewForm, ...list: readonly Diagnostic[]): string =>
  renderForm(form, list, source.locate, '1.2.3')

const error: Diagnostic = { code: 'MAN-010', severity: 'error', at: atKey('/name'), message: '100 % wrong', help: 'h' }
const warning: Diagnostic = {
  code: 'REF-004',
  severity: 'warning',
  at: inFile('./a,b:c/x y.dtb', { node: '/soc' }),
  message: 'control \x1b[1m, lone \ud800, <tag>\n::error::another & "quoted"',
  effect: 'e',
  related: [{ at: atValue('/other'), message: 'r' }],
}
const note: Diagnostic = { ...error, severity: 'note', message: 'n' }
const accepted: Diagnostic = {
  code: 'DOM-044',
  severity: 'accepted',
  at: atValue('/other'),
  message: 'm',
  acceptance: { code: 'DOM-044', reason: 'our Xen does', pointer: '/accept/DOM-044' },
}
const all = [error, warning, note, accepted]

/** Findings with any text in any place. */
const anyText = fc.string({ unit: 'binary', maxLength: 40 })
const anyFinding: fc.Arbitrary<Diagnostic> = fc
  .record({
    code: fc.constantFrom(...Object.keys(catalogue()).filter(isCode)),
    severity: fc.constantFrom('error' as const, 'warning' as const, 'note' as const),
    file: fc.oneof(anyText, fc.constant('/absolute/file.dts'), fc.constant('https:x')),
    line: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    message: anyText,
    help: anyText,
  })
  .map(({ file, line, ...rest }) => ({
    ...rest,
    at: inFile(file, line === undefined ? {} : { line, column: 1, endColumn: 3 }),
  }))

describe('sarif', () => {
  /**
   * No package of the registry has the final schema (2.1.0 plus errata 01, OASIS, 2023-08-28). All that it says beyond
   * release candidate 5: a region names where it starts; enumerations of strings are of type string; the pattern of
   * `language`, which is not written here; `runs` may be null.
   */
  const { region } = candidate.definitions
  const starts = ['startLine', 'charOffset', 'byteOffset'].map((key) => ({ required: [key] }))
  const final = { ...candidate, definitions: { ...candidate.definitions, region: { ...region, anyOf: starts } } }
  const isSarif = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(final)

  it('conforms to candidate 5 of the schema and to what the final one asks in addition, whatever was found', () => {
    for (const list of [[], [error], all]) expect(isSarif(JSON.parse(render('sarif', ...list)))).toBe(true)
    fc.assert(fc.property(fc.array(anyFinding), (list) => isSarif(JSON.parse(render('sarif', ...list)))))
    expect(isSarif({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false)
    const whole = render('sarif', error)
    expect(isSarif(JSON.parse(whole.replace('"startLine"', '"endLine"')))).toBe(false)
  })

  it('has places that are references to files (RFC 3986)', () => {
    const uris = (...list: Diagnostic[]): (string | undefined)[] =>
      (JSON.parse(render('sarif', ...list)) as Log).runs.flatMap(({ results = [] }) =>
        results.map(({ locations }) => locations?.[0]?.physicalLocation?.artifactLocation?.uri),
      )
    expect(uris(...all)).toEqual(['system.yaml', 'system.yaml', 'system.yaml', './a%2Cb%3Ac/x%20y.dtb'])
    fc.assert(
      fc.property(anyFinding, (finding) => {
        const [uri = ''] = uris(finding)
        expect(uri).toMatch(/^[-A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%]*$/)
        expect(new URL(uri, 'file:///here/').protocol).toBe('file:')
      }),
    )
  })

  it('names each rule once, and the rule of each result', () => {
    const [run] = (JSON.parse(render('sarif', ...all, error)) as Log).runs
    const rules = run?.tool.driver.rules?.map(({ id }) => id)
    expect(rules).toEqual(['DOM-044', 'MAN-010', 'REF-004'])
    expect(run?.results?.map(({ ruleId, ruleIndex = -1 }) => [ruleId, rules?.[ruleIndex]])).toEqual([
      ['MAN-010', 'MAN-010'],
      ['MAN-010', 'MAN-010'],
      ['DOM-044', 'DOM-044'],
      ['REF-004', 'REF-004'],
    ])
  })

  it('marks a stretch of a line, what is accepted with its reason, and what belongs to a finding', () => {
    const results = (JSON.parse(render('sarif', ...all)) as Log).runs[0]?.results ?? []
    expect(results[0]?.locations?.[0]?.physicalLocation?.region).toEqual({ startLine: 1, startColumn: 1, endColumn: 5 })
    expect(results.map(({ suppressions }) => suppressions?.[0]?.justification)).toEqual([
      undefined,
      undefined,
      'our Xen does',
      undefined,
    ])
    expect(results[3]).toMatchObject({
      level: 'warning',
      locations: [{ logicalLocations: [{ fullyQualifiedName: '/soc' }] }],
      relatedLocations: [{ physicalLocation: { artifactLocation: { uri: 'system.yaml' } }, message: { text: 'r' } }],
    })
  })
})

describe('gitlab', () => {
  interface Issue {
    readonly description: string
    readonly check_name: string
    readonly fingerprint: string
    readonly severity: string
    readonly location: { readonly path: string; readonly lines: { readonly begin: number } }
  }
  const issues = (...list: Diagnostic[]): Issue[] => JSON.parse(render('gitlab', ...list)) as Issue[]

  it('has the members that GitLab asks for, and no path that begins with ./', () => {
    fc.assert(
      fc.property(fc.array(anyFinding), (list) => {
        for (const { description, check_name, fingerprint, severity, location } of issues(...list)) {
          expect([typeof description, isCode(check_name)]).toEqual(['string', true])
          expect(fingerprint).toMatch(/^[0-9a-f]{64}$/)
          expect(['info', 'minor', 'major', 'critical', 'blocker']).toContain(severity)
          expect(location.path.startsWith('./')).toBe(false)
          expect(location.lines.begin).toBeGreaterThanOrEqual(1)
        }
      }),
    )
    expect(issues(...all).map(({ severity }) => severity)).toEqual(['blocker', 'info', 'info', 'major'])
    expect(issues()).toEqual([])
  })

  it('knows a finding again that has moved to another line, and two in one file apart', () => {
    const at = (line: number): Diagnostic => ({ ...warning, at: inFile('a.dts', { line }) })
    const prints = (...list: Diagnostic[]): string[] => issues(...list).map(({ fingerprint }) => fingerprint)
    expect(prints(at(3))).toEqual(prints(at(9)))
    expect(new Set(prints(at(3), at(9))).size).toBe(2)
    expect(prints(at(3), at(9))[0]).toBe(prints(at(3))[0])
  })
})

describe('github', () => {
  /** As the runner reads a command (actions/runner, `ActionCommand.cs`). */
  const command = /^::(error|warning|notice) ((?:[a-zA-Z]+=[^,:]*)(?:,[a-zA-Z]+=[^,:]*)*)::([^\r\n]*)$/

  it('is one command a line, whatever was found', () => {
    fc.assert(
      fc.property(fc.array(anyFinding), (list) => {
        const lines = render('github', ...list).split('\n')
        expect(lines.pop()).toBe('')
        for (const line of lines) expect(line).toMatch(command)
      }),
    )
    expect(render('github')).toBe('')
  })

  it('has file, place, code and text', () => {
    expect(render('github', ...all).split('\n')).toEqual([
      '::error file=system.yaml,line=1,col=1,endColumn=5,title=MAN-010::100 %25 wrong%0Ahelp: h',
      '::notice file=system.yaml,line=1,col=1,endColumn=5,title=MAN-010::n%0Ahelp: h',
      '::notice file=system.yaml,line=2,col=8,endColumn=14,title=DOM-044::m%0Aaccepted: our Xen does',
      '::warning file=./a%2Cb%3Ac/x y.dtb,title=REF-004::control \\x1b[1m, lone \\u{d800}, <tag>\\x0a::error::another & "quoted"%0Asystem.yaml:2:8: r%0Ae',
      '',
    ])
  })
})

describe('junit', () => {
  interface Element {
    readonly name: string
    readonly parent: string
    readonly attributes: Readonly<Record<string, string>>
  }

  /** All elements in their order; a document that is not well-formed XML is an error. */
  function elements(document: string): readonly Element[] {
    const found: Element[] = []
    const open: string[] = []
    const parser = new SaxesParser()
    parser.on('error', (mistake) => {
      throw mistake
    })
    parser.on('opentag', ({ name, attributes }) => {
      found.push({ name, parent: open.at(-1) ?? '', attributes: { ...attributes } })
      open.push(name)
    })
    parser.on('closetag', () => void open.pop())
    parser.write(document).close()
    return found
  }

  /** What junit-10.xsd of Jenkins' xUnit plugin, which skips a report that has more, allows: an element's parent, and all attributes that we write. */
  const SHAPE: Readonly<Record<string, readonly [parent: string, attributes: readonly string[]]>> = {
    testsuites: ['', ['tests', 'failures', 'errors']],
    testsuite: ['testsuites', ['name', 'tests', 'failures', 'errors', 'skipped']],
    testcase: ['testsuite', ['classname', 'name']],
    failure: ['testcase', ['message', 'type']],
    skipped: ['testcase', ['message']],
    'system-out': ['testcase', []],
  }

  it('has the shape that Jenkins has published, and counts that are right', () => {
    fc.assert(
      fc.property(fc.array(anyFinding), (list) => {
        const found = elements(render('junit', ...list))
        const count = (wanted: string): string => String(found.filter(({ name }) => name === wanted).length)
        for (const { name, parent, attributes } of found) {
          expect(parent).toBe(SHAPE[name]?.[0])
          expect(Object.keys(attributes)).toEqual(SHAPE[name]?.[1])
        }
        const suite = found.find(({ name }) => name === 'testsuite')
        expect(suite?.attributes).toMatchObject({ tests: count('testcase'), failures: count('failure'), errors: '0' })
      }),
    )
  })

  it('tells failures, what is accepted and the rest apart', () => {
    const of = (wanted: string): Element[] => elements(render('junit', ...all)).filter(({ name }) => name === wanted)
    expect(of('failure').map(({ attributes }) => attributes)).toEqual([{ message: '100 % wrong', type: 'MAN-010' }])
    expect(of('skipped').map(({ attributes }) => attributes['message'])).toEqual(['accepted: our Xen does'])
    expect(of('system-out')).toHaveLength(2)
    expect(of('testsuite')[0]?.attributes).toMatchObject({ tests: '4', failures: '1', skipped: '1' })
  })

  it('has a case that passes where nothing was found', () => {
    expect(elements(render('junit')).map(({ name }) => name)).toEqual(['testsuites', 'testsuite', 'testcase'])
  })
})

it('says every part of a finding in every form, as far as the form has room', () => {
  for (const form of REVIEW_FORMS)
    for (const text of ['100 %', 'our Xen does', 'help: h']) expect(render(form, ...all), form).toContain(text)
})
