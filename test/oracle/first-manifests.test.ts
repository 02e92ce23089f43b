/** `domforge init` on boards of others: what it writes builds as it is, or the finding says what only the board's user knows. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts'
import { encode } from '../../src/emit/encode.ts'
import type { Template } from '../../src/init/domains.ts'
import { firstManifest } from '../../src/init/first-manifest.ts'
import { surveyBoard } from '../../src/init/survey.ts'
import { runPipeline } from '../../src/pipeline.ts'
import { boardTrees } from '../debian/boards.ts'

/** More: DOMFORGE_RUNS, as for tests of random inputs. */
const IN_EVERY_RUN = 24

let folder = ''
let trees: readonly (readonly [name: string, blob: Buffer])[] = []
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-first-'))
  const found = await boardTrees('bookworm')
  const names = readdirSync(found, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dtb'))
  const step = process.env['DOMFORGE_RUNS'] ? 1 : Math.floor(names.length / IN_EVERY_RUN)
  const chosen = names.sort().filter((_, index) => index % step === 0)
  trees = chosen.map((name) => [name, readFileSync(join(found, name))])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** By finding, beside which there is no other error: what the user knows and the tree does not, and what keeps Xen off the board altogether. */
const NEVER_BUILT: Readonly<Record<string, string>> = {
  'D0-027': 'a device whose registers are in no range of its bus, at which Xen stops',
  'RES-003': 'its RAM, which the tree leaves to the firmware',
  'FDT-008': 'reserved memory that overlaps, at which Xen stops',
  'FDT-016': 'an interrupt controller that Xen does not drive',
  'FDT-023': 'an interrupt controller without the registers for guests',
}

interface Verdict {
  readonly errors: readonly string[]
  readonly others: readonly string[]
}

/** With `given`, the guest has the device that the manifest offers it in a comment. */
function verdictOf(blob: Buffer, template: Template, given: boolean): Verdict {
  const tree = readDtb(blob, 'board.dtb')
  if (!tree.ok) throw new Error('the tree of a real board cannot be read')
  const survey = surveyBoard(tree.value, 'board.dtb', '4.20')
  writeFileSync(join(folder, 'board.dtb'), blob)
  const text = firstManifest({ survey, treePath: 'board.dtb', template, release: '4.20' })
  const changed = survey.device && given ? text.replace('# passthrough: ', 'passthrough: ') : text
  writeFileSync(join(folder, 'system.yaml'), changed)
  const { assembly, findings } = runPipeline(join(folder, 'system.yaml'))
  const errors = codesOf(findings.all.filter(({ severity }) => severity === 'error'))
  if (errors.length === 0) expect(assembly && encode(assembly).artifacts.length).toBeGreaterThan(5)
  return { errors, others: codesOf(findings.all.filter(({ severity }) => severity !== 'error')) }
}

const codesOf = (findings: readonly Diagnostic[]): readonly string[] => [...new Set(findings.map(({ code }) => code))]

describe.each(['dom0', 'static'] as const)('with the template %s', (template) => {
  it.each([
    ['as it is', false],
    ['with the device that it offers', true],
  ])('builds on every board, or names what is missing and nothing else: %s', { timeout: 600_000 }, (how, given) => {
    const table = new Map<string, string[]>()
    const note = (key: string, name: string): void => void table.set(key, [...(table.get(key) ?? []), name])
    for (const [name, blob] of trees) {
      const { errors, others } = verdictOf(blob, template, given)
      note(errors.length === 0 ? 'builds' : `error ${errors.join(' ')}`, name)
      for (const code of others) note(`beside ${code}`, name)
      expect([name, errors.filter((code) => !Object.hasOwn(NEVER_BUILT, code))]).toEqual([name, []])
    }
    const rows = [...table].toSorted(([a], [b]) => (a < b ? 1 : -1))
    const lines = rows.map(([key, names]) => `${String(names.length).padStart(6)}  ${key.padEnd(20)} ${names[0]}`)
    process.stderr.write(`${template}, ${how}, ${trees.length} boards:\n${lines.join('\n')}\n`)
    expect(trees.length).toBeGreaterThanOrEqual(IN_EVERY_RUN)
    expect(table.get('beside XL-074')).toBeUndefined()
    expect(table.get('builds')?.length).toBeGreaterThan(trees.length / 3)
  })
})
