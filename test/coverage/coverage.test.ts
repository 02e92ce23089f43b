/** How much of what Xen and xl are known to refuse is found, and how each finding is shown to be true. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { isCode } from '../../src/diagnostics/catalogue/index.ts'
import { PARTLY_KNOWN } from '../../src/lint/unknown.ts'
import { FIXTURES } from '../diagnostics/fixtures.ts'
import { FOUND_AS, NEVER, PARTLY, SECTIONS, UNKNOWABLE } from './xen-rows.ts'

const tests = resolve(import.meta.dirname, '..')

const ROWS: readonly string[] = Object.entries(SECTIONS).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, index) => `${section}-${String(index + 1).padStart(3, '0')}`),
)

const knowable = ROWS.filter((row) => !PARTLY.includes(row) && !UNKNOWABLE.includes(row))

const asked = new Set(PARTLY_KNOWN.map(({ rule }) => rule))

const isFound = (row: string): boolean => isCode(row) || row in FOUND_AS || row in NEVER || asked.has(row)

const CODE = /\b(?:FDT|MOD|DOM|SM|SHM|EVC|CPU|LLC|PT|KRN|D0|XL)-[0-9]{3}\b/g

const sourcesBelow = (folder: string): readonly string[] =>
  readdirSync(join(tests, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(tests, folder, name), 'utf8'))

/** Codes at the start of titles: `'SM-003, SM-004: ranges that touch'`, `'PT-002 to PT-019: …'`. */
function codesInTitles(): ReadonlySet<string> {
  const titles = sourcesBelow('checks').flatMap((text) => text.match(/'(?:[A-Z0-9]+-[0-9]{3}(?:, | to )?)+:/g) ?? [])
  return new Set(titles.flatMap((title) => spread(title)))
}

function spread(title: string): readonly string[] {
  const codes = title.match(CODE) ?? []
  const [first = '', last = ''] = codes
  if (!title.includes(' to ')) return codes
  return ROWS.slice(ROWS.indexOf(first), ROWS.indexOf(last) + 1)
}

/** Codes whose inputs are given to a real Xen or xl, which has to agree. */
const proved = new Set([...sourcesBelow('boot'), ...sourcesBelow('oracle')].flatMap((text) => text.match(CODE) ?? []))

it('every row is one code, another, none, or missing, and no list is out of date', () => {
  expect([ROWS.length, knowable.length, PARTLY.length]).toEqual([336, 300, 35])
  expect(PARTLY.filter((row) => !ROWS.includes(row))).toEqual([])
  expect(
    Object.entries(FOUND_AS).flatMap(([row, codes]) => (isCode(row) || !codes.every(isCode) ? [row] : [])),
  ).toEqual([])
  expect(Object.keys(NEVER).filter(isCode)).toEqual([])
})

it('every row that a build can know is found', () => {
  const missing = knowable.filter((row) => !isFound(row))
  const found = knowable.filter(isFound)
  const fixtures = new Set<string>(FIXTURES.map(({ code }) => code))
  const misses = codesInTitles()
  const count = (codes: ReadonlySet<string>): number => knowable.filter((row) => codes.has(row)).length
  process.stdout.write(
    `${[
      '',
      `coverage: ${found.length} of ${knowable.length} rows that a build can know are found, ${PARTLY.filter(isFound).length} of ${PARTLY.length} known in part`,
      `  with a fixture ${count(fixtures)}, with a near miss ${count(misses)}, proved on target ${count(proved)}`,
      `  missing: ${missing.join(' ') || 'none'}`,
      `  missing of those known in part: ${PARTLY.filter((row) => !isFound(row)).join(' ') || 'none'}`,
    ].join('\n')}\n`,
  )
  expect(missing).toEqual([])
})
