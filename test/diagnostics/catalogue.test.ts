/** The catalogue, the source and the fixtures speak of the same codes. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DOMAIN_PANIC, EARLY_PANIC, HOST_PANIC, SCAN_PANIC } from '../../src/diagnostics/catalogue/effects.ts'
import type { Acceptable } from '../../src/diagnostics/catalogue/entry.ts'
import { catalogue, entryOf, isCode } from '../../src/diagnostics/catalogue/index.ts'
import { FIXTURES, type Fixture, STAGES, strayFiles } from './fixtures.ts'

const src = resolve(import.meta.dirname, '../../src')
const codes = Object.keys(catalogue())

/** Broken by what lies on the disk, not by what a manifest says: shown in the tests of their stages. */
const WITHOUT_FIXTURE: Readonly<Record<string, string>> = {
  'MAN-001': '../source/read.test.ts',
  'OUT-001': '../output',
  'OUT-002': '../output',
  'OUT-003': '../output',
  'OUT-004': '../output',
  'OUT-005': '../output',
  'OUT-006': '../output',
  'OUT-007': '../plan/lock',
  'OUT-008': '../plan',
  'OUT-009': '../output',
  'OUT-023': '../output',
}

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.startsWith('diagnostics/catalogue'))
  .map((name) => readFileSync(join(src, name), 'utf8'))

const fixtures = new Set<string>(FIXTURES.map(({ code }) => code))

it('every code is reported somewhere', () => {
  const used = new Set(sources.flatMap((text) => text.match(/'[A-Z][A-Z0-9]+-[0-9]{3}'/g) ?? []))
  expect(codes.filter((code) => !used.has(`'${code}'`))).toEqual([])
})

it('every code has a fixture or a reason, and every fixture a code', () => {
  expect([...fixtures, ...Object.keys(WITHOUT_FIXTURE)].toSorted()).toEqual(codes.toSorted())
})

it('every fixture is named after a code, with a case where there are several of the code, and run by one test', () => {
  expect(strayFiles()).toEqual([])
  const count = (code: string): number => FIXTURES.filter((fixture) => fixture.code === code).length
  expect(FIXTURES.filter(({ code, name }) => name === code && count(code) > 1)).toEqual([])
  const runners = ({ code }: Fixture): number => Object.values(STAGES).filter((codes) => codes.test(code)).length
  expect(FIXTURES.filter((fixture) => runners(fixture) !== 1)).toEqual([])
})

it('what has no fixture is shown elsewhere', () => {
  for (const [code, place] of Object.entries(WITHOUT_FIXTURE)) {
    const path = join(import.meta.dirname, place)
    const texts = path.endsWith('.ts')
      ? [readFileSync(path, 'utf8')]
      : readdirSync(path)
          .filter((name) => name.endsWith('.test.ts'))
          .map((name) => readFileSync(join(path, name), 'utf8'))
    expect(
      texts.some((text) => text.includes(code)),
      code,
    ).toBe(true)
  }
})

it('knows a code from another word', () => {
  expect(isCode('DOM-009')).toBe(true)
  for (const word of ['DOM-999', 'dom-009', 'toString', '__proto__', '']) expect(isCode(word)).toBe(false)
})

describe('what can be accepted', () => {
  const withMark = (mark: Acceptable): readonly string[] =>
    Object.entries(catalogue()).flatMap(([code, { acceptable }]) => (acceptable === mark ? [code] : []))

  it('is nothing that lets one domain get at what belongs to another', () =>
    expect(withMark('no: isolation').toSorted()).toEqual([
      'DOM-049',
      'DOM-062',
      'ISO-001',
      'ISO-002',
      'LLC-018',
      'MOD-027',
      'MOD-029',
      'PT-005',
      'PT-021',
      'PT-032',
      'PT-033',
      'PT-036',
      'PT-037',
      'PT-038',
      'PT-044',
      'PT-045',
      'PT-047',
      'PT-050',
      'PT-051',
      'REF-032',
      'SHM-026',
      'XL-073',
    ]))

  it('is none of what always panics, but for what only some releases or boards panic at', () => {
    const panics = new Set<string | undefined>([DOMAIN_PANIC, HOST_PANIC, EARLY_PANIC, SCAN_PANIC])
    const accepted = Object.entries(catalogue()).filter(
      ([, entry]) => panics.has(entry.effect) && entry.acceptable === 'yes',
    )
    expect(accepted.map(([code]) => code).toSorted()).toEqual([
      'D0-021',
      'D0-027',
      'DOM-004',
      'FDT-003',
      'FDT-025',
      'FDT-028',
      'PT-031',
      'SHM-032',
      'SHM-033',
      'SM-009',
    ])
  })

  it('is no error about the manifest, its files or the outputs, but that files are of another Xen', () => {
    const ours = Object.entries(catalogue()).filter(
      ([code, { severity, acceptable }]) =>
        /^(MAN|REF|RES|OUT|VIO)/.test(code) && severity === 'error' && acceptable === 'yes',
    )
    expect(ours.map(([code]) => code)).toEqual(['REF-027'])
  })

  it('is a finding that only upstream Xen deserves', () => {
    const yes = withMark('yes')
    for (const code of [
      'DOM-043',
      'DOM-044',
      'DOM-045',
      'DOM-047',
      'DOM-059',
      'DOM-063',
      'FDT-011',
      'XL-002',
      'XL-049',
    ])
      expect(yes).toContain(code)
  })
})

describe.each(Object.entries(catalogue()))('%s', (code, entry) => {
  it('is found by the letters that it begins with', () => {
    expect(isCode(code) && entryOf(code)).toBe(entry)
  })

  it('says what correct input is like, in one plain line', () => {
    expect(entry.title).not.toMatch(/[.!\n]$|\n/)
    expect(entry.explain).toMatch(/[.)]$/)
    expect(entry.effect ?? '').not.toMatch(/\n|\.$/)
  })

  it('names its source where it repeats a rule of Xen or xl', () => {
    const ours = /^(MAN|REF|RES|OUT|ISO|VIO|PV|LIF|DEV)-/.test(code) || ['FDT-027', 'XL-059', 'ARG-007'].includes(code)
    if (!ours) expect(entry.source).toMatch(/\.(c|h|idl|rst)|Kconfig/)
  })
})
