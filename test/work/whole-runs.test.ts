/** The whole tool's work grows with what a manifest has many of, not with the square of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeInputs } from '../../scripts/example-inputs.mjs'
import { nowhere } from '../../src/diagnostics/render/arrange.ts'
import { renderText } from '../../src/diagnostics/render/text.ts'
import { encode } from '../../src/emit/encode.ts'
import { runPipeline } from '../../src/pipeline.ts'
import { elementsVisited } from './elements.ts'
import { MANY } from './systems.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-work-'))
beforeAll(() => makeInputs('two-guests', folder))
afterAll(() => rmSync(folder, { recursive: true }))

/** Elements visited by everything that a build does before it writes. */
function workOf(manifest: string): number {
  const file = join(folder, 'many.yaml')
  writeFileSync(file, manifest)
  return elementsVisited(() => {
    const { findings, source, assembly } = runPipeline(file)
    renderText(findings.all, source?.locate ?? nowhere, { colour: false })
    if (assembly && !findings.hasErrors) encode(assembly)
  })
}

it.each(Object.entries(MANY))('%s', (_, manifest) => {
  const counts = [60, 120, 240].map((count) => workOf(manifest(count, folder)))
  const [first = 0, second = 0, third = 0] = counts
  // What twice as many things add is twice what they added before; four times as much where every pair costs.
  expect((third - second) / (second - first)).toBeLessThan(2.5)
})
