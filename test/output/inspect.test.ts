/** What a build would change, and the time stamp that Make goes by. */
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { touchRecord } from '../../src/output/depfile.ts'
import { inspectOutputs } from '../../src/output/inspect.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-inspect-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function inspected(out: string) {
  const findings = new Findings()
  const artifacts = [
    { path: 'a', contents: 'a' },
    { path: 'b/c', contents: 'c' },
  ]
  const record = { path: 'build.json', contents: '{}' }
  const found = inspectOutputs({ folder: join(folder, out), artifacts, record, inputs: [] }, findings.report)
  return { found, codes: findings.all.map(({ code, at }) => [code, 'file' in at ? at.file : '']) }
}

it('everything is missing where there is no folder', () => {
  const found = { missing: ['a', 'b/c', 'build.json'], different: [], stale: [], cutOff: false }
  expect(inspected('none')).toEqual({ found, codes: [] })
})

it('what is there with other contents, or as something else, is different', () => {
  mkdirSync(join(folder, 'out/a'), { recursive: true })
  writeFileSync(join(folder, 'out/build.json'), '[]')
  const found = { missing: ['b/c'], different: ['a', 'build.json'], stale: [], cutOff: false }
  expect(inspected('out').found).toEqual(found)
})

it('what would lie below a file is missing', () => {
  mkdirSync(join(folder, 'out'))
  writeFileSync(join(folder, 'out/b'), '')
  expect(inspected('out')).toMatchObject({ found: { missing: ['a', 'b/c', 'build.json'], different: [] }, codes: [] })
})

it('a file in the place of the folder cannot be read: OUT-001', () => {
  writeFileSync(join(folder, 'out'), '')
  expect(inspected('out')).toEqual({ found: undefined, codes: [['OUT-001', join(folder, 'out')]] })
})

it('the record gets a new time stamp, and it is said where it cannot: OUT-001', () => {
  const findings = new Findings()
  const record = join(folder, 'build.json')
  expect(touchRecord(record, findings.report)).toBe(false)
  expect(findings.all.map(({ code, at }) => [code, 'file' in at ? at.file : ''])).toEqual([['OUT-001', record]])
  writeFileSync(record, '{}')
  utimesSync(record, 1, 1)
  expect(touchRecord(record, findings.report)).toBe(true)
  expect(statSync(record).mtimeMs).toBeGreaterThan(Date.now() - 60_000)
  expect(findings.all).toHaveLength(1)
})
