/** One tiny manifest per code of the stages that read it: the finding is in the line that says `# here`; without one, in the file as a whole. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { entryOf } from '../../src/diagnostics/catalogue/index.ts'
import { readManifest } from '../source/stages.ts'
import { fixturesOf } from './fixtures.ts'

const folder = import.meta.dirname
const fixtures = fixturesOf('manifests')

describe.each(fixtures)('$name', ({ code, name }) => {
  const file = join(folder, `${name}.yaml`)
  const [before = '', after] = readFileSync(file, 'latin1').split('# here')
  const line = after === undefined ? undefined : before.split('\n').length
  const { placed } = readManifest(file)

  it('shows its finding in the marked line, with a remedy', () => {
    const found = placed.filter(({ diagnostic, at }) => diagnostic.code === code && at.line === line)
    expect(found).toHaveLength(1)
    expect(found[0]?.diagnostic.help).toBeTruthy()
    expect(entryOf(code).severity).toBe(found[0]?.diagnostic.severity)
  })

  it('shows nothing else', () => {
    expect(placed.map(({ diagnostic }) => diagnostic.code).filter((other) => other !== code)).toEqual([])
  })
})
