/**
 * Manifests and lock files of version 0.1 as they were: each still builds, and no number of its lock moves. They are never changed; what they
 * need beside them (a board's tree, images of the same sizes) comes from the examples of the same names.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { makeInputs } from '../../scripts/example-inputs.mjs'
import { runPipeline } from '../../src/pipeline.ts'

const kept = join(import.meta.dirname, 'v0.1')
const work = mkdtempSync(join(tmpdir(), 'domforge-compatibility-'))
afterAll(() => rmSync(work, { recursive: true }))

test.each(readdirSync(kept))('%s builds, and what its lock holds stays', async (name) => {
  const folder = join(work, name)
  await makeInputs(name, folder)
  cpSync(join(kept, name), folder, { recursive: true })
  const before = readFileSync(join(folder, `${name}.lock.yaml`), 'utf8')
  const { findings, lock } = runPipeline(join(folder, `${name}.yaml`))
  expect(findings.all.filter(({ severity }) => severity !== 'note')).toEqual([])
  expect(parse(lock?.text ?? '')).toMatchObject(parse(before))
})
