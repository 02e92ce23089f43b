/** Manifests through the whole tool. More of them: DOMFORGE_RUNS=10000. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HostileFolder, hostileFolder } from '../support/hostile/folder.ts'
import { mutatedManifest } from '../support/hostile/manifests.ts'
import { wholeRun } from '../support/hostile/whole-run.ts'

const RUNS = Number(process.env['DOMFORGE_RUNS'] ?? 1000)

const example = (name: string): string =>
  readFileSync(resolve(import.meta.dirname, `../../examples/${name}/${name}.yaml`), 'utf8')
const originals = ['two-guests', 'dom0-and-two', 'three-static'].map(example)

let place: HostileFolder
let manifest = ''
beforeAll(async () => {
  place = await hostileFolder()
  manifest = join(place.folder, 'system.yaml')
})
afterAll(() => place.remove())

describe('mutated manifests', { timeout: 600_000 }, () => {
  it(`give findings or files, ${RUNS} of them`, () => {
    const counts = { 0: 0, 1: 0, 3: 0 }
    const codes = new Map<string, number>()
    fc.assert(
      fc.property(mutatedManifest(originals), (text) => {
        writeFileSync(manifest, text)
        const run = wholeRun(manifest)
        counts[run.status as keyof typeof counts]++
        for (const code of new Set(run.codes)) codes.set(code, (codes.get(code) ?? 0) + 1)
      }),
      { numRuns: RUNS },
    )
    process.stderr.write(`${JSON.stringify(counts)} by exit status; ${codes.size} codes\n`)
    expect(counts[0]).toBeGreaterThan(RUNS / 20)
    expect(codes.size).toBeGreaterThan(40)
  })
})
