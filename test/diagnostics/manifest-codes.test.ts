/** One tiny manifest per code of the stages that read it: the finding is in the line that says `# here`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { catalogue, isCode } from '../../src/diagnostics/catalogue/index.ts'
import { readManifest } from '../source/stages.ts'

const folder = import.meta.dirname
const fixtures = readdirSync(folder).filter((name) => /^(MAN|REF-0[03])/.test(name))
const codes = Object.keys(catalogue).filter((code) => /^(MAN|REF-0[03])/.test(code))

it('every code has its fixture, and every fixture its code', () => {
  // MAN-001 is the file that is not there.
  expect(fixtures.map((name) => name.replace('.yaml', '')).toSorted()).toEqual(
    codes.filter((code) => code !== 'MAN-001').toSorted(),
  )
})

describe.each(fixtures)('%s', (name) => {
  const code = name.replace('.yaml', '')
  const file = join(folder, name)
  const line = readFileSync(file, 'latin1').split('# here')[0]?.split('\n').length
  const { placed } = readManifest(file)

  it('shows its finding in the marked line, with a remedy', () => {
    const found = placed.filter(({ diagnostic, at }) => diagnostic.code === code && at.line === line)
    expect(found).toHaveLength(1)
    expect(found[0]?.diagnostic.help).toBeTruthy()
    expect(isCode(code) && catalogue[code].severity).toBe(found[0]?.diagnostic.severity)
  })

  it('shows nothing else', () => {
    expect(placed.map(({ diagnostic }) => diagnostic.code).filter((other) => other !== code)).toEqual([])
  })
})
