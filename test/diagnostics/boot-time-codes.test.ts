/**
 * One tiny input per rule about what Xen, xl and the ends of virtio devices read: a manifest where one can break the rule, else a tree (`.dts`) as Xen would
 * find it. What is shown of it is committed beside it (`.txt`); regenerate with `npm run golden` and read the difference.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { argoRules } from '../../src/checks/argo/rules.ts'
import { firmwareRules } from '../../src/checks/firmware/rules.ts'
import { guestRules } from '../../src/checks/guests/rules.ts'
import { modelRules } from '../../src/checks/model/rules.ts'
import { outputRules } from '../../src/checks/output/rules.ts'
import { virtioPlanRules } from '../../src/checks/virtio/rules.ts'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts'
import { nowhere } from '../../src/diagnostics/render/arrange.ts'
import { renderText } from '../../src/diagnostics/render/text.ts'
import { runPipeline } from '../../src/pipeline.ts'
import { makeInputs } from '../support/checks/inputs.ts'
import { lint } from '../support/checks/lint.ts'
import { type Fixture, fixturesOf } from './fixtures.ts'

const here = import.meta.dirname
const fixtures = fixturesOf('boot')
const folder = mkdtempSync(join(tmpdir(), 'domforge-codes-'))

/** Rules about what only a manifest has, and what planning it reports; all others are Xen's or xl's, which may look at a tree that no manifest made. */
const OURS = new Set<string>([
  ...[...modelRules, ...outputRules, ...virtioPlanRules, ...firmwareRules, ...guestRules, ...argoRules].map(
    ({ code }) => code,
  ),
  ...['VIO-012', 'VIO-025', 'PT-041', 'PT-042', 'PT-043', 'PT-044', 'PT-045', 'PT-046', 'PT-047', 'PT-048', 'RES-017'],
  ...[
    'PT-052',
    'PT-054',
    'DEV-001',
    'DEV-002',
    'DEV-003',
    'DEV-004',
    'DEV-005',
    'DEV-006',
    'DEV-007',
    'DEV-008',
    'DEV-009',
  ],
  ...['SCI-001', 'SCI-002'],
])
/** A help speaks of properties, options and xl's keys; what the manifest calls them is for the remedy. */
const MANIFEST_WORDS =
  /domforge|xen\.[a-z]|boot\.[a-z]|kernel\.[a-z]|[a-z-]+: [a-z]+['",]|nr-spis|(?<!xen,)static-mem\b|(host|guest)-address|extra-(xl|properties)/

beforeAll(() => makeInputs(folder))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Shown {
  readonly findings: readonly Diagnostic[]
  readonly text: string
}

function show({ name, kind }: Fixture): Shown {
  if (kind === 'tree') {
    const findings = lint(folder, `${name}.dts`)
    return { findings, text: renderText(findings, nowhere, { colour: false }) }
  }
  copyFileSync(join(here, `${name}.yaml`), join(folder, `${name}.yaml`))
  const { findings, source } = runPipeline(join(folder, `${name}.yaml`))
  const text = renderText(findings.all, source?.locate ?? nowhere, { colour: false })
  return { findings: findings.all, text: text.replaceAll(`${folder}/`, '') }
}

describe.each(fixtures)('$name', (fixture) => {
  it('shows this finding, nothing else, and what is committed', () => {
    const { findings, text } = show(fixture)
    if (process.env['UPDATE']) writeFileSync(join(here, `${fixture.name}.txt`), text)
    for (const { help, severity } of findings) if (severity !== 'note') expect(help).toBeTruthy()
    for (const { code, help } of findings) if (!OURS.has(code)) expect(help ?? '').not.toMatch(MANIFEST_WORDS)
    expect([...new Set(findings.map((finding) => finding.code))]).toEqual([fixture.code])
    expect(text).toBe(readFileSync(join(here, `${fixture.name}.txt`), 'utf8'))
  })
})
