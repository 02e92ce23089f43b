/** Trees of real boards, mutated, through the whole tool; all of them unchanged first. More: DOMFORGE_RUNS=10000. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boardTrees } from '../debian/boards.ts'
import { type HostileFolder, hostileFolder } from '../support/hostile/folder.ts'
import { mutatedBlob } from '../support/hostile/trees.ts'
import { type WholeRun, wholeRun } from '../support/hostile/whole-run.ts'

const RUNS = Number(process.env['DOMFORGE_RUNS'] ?? 300)

/** Small ones: with many devices a tree is only slower. */
const MOST_BYTES = 24 * 1024

let place: HostileFolder
let blobs: readonly Uint8Array[] = []
beforeAll(async () => {
  place = await hostileFolder()
  const text = readFileSync(resolve(import.meta.dirname, '../../examples/two-guests/two-guests.yaml'), 'utf8')
  writeFileSync(join(place.folder, 'system.yaml'), text.replace(' dtuart=serial0', ''))
  const trees = await boardTrees('bookworm')
  const names = readdirSync(trees, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dtb'))
  blobs = names.sort().map((name) => readFileSync(join(trees, name)))
})
afterAll(() => place.remove())

function on(blob: Uint8Array): WholeRun {
  writeFileSync(join(place.folder, 'board.dtb'), blob)
  return wholeRun(join(place.folder, 'system.yaml'))
}

describe('trees of real boards', { timeout: 600_000 }, () => {
  it('give files where they have RAM, and never anything but findings elsewhere', () => {
    const counts = { boards: blobs.length, built: 0, 'no RAM': 0, refused: 0 }
    const refused = new Set<string>()
    for (const blob of blobs) {
      const { status, codes } = on(blob)
      if (status === 0) counts.built++
      else if (codes.includes('RES-003')) counts['no RAM']++
      else {
        counts.refused++
        for (const code of codes) refused.add(code)
      }
    }
    process.stderr.write(`two-guests: ${JSON.stringify(counts)}; refused for ${[...refused].sort().join(', ')}\n`)
    expect(counts.boards).toBeGreaterThan(500)
    expect(counts.built).toBeGreaterThan(150)
    expect(counts.built + counts['no RAM']).toBeGreaterThan(counts.boards / 2)
  })

  it(`give findings or files when they are changed, ${RUNS} times`, () => {
    const small = blobs.filter((blob) => blob.length <= MOST_BYTES && on(blob).status === 0)
    expect(small.length).toBeGreaterThan(5)
    const counts = { 0: 0, 1: 0 }
    fc.assert(
      fc.property(mutatedBlob(small), (blob) => {
        counts[on(blob).status as keyof typeof counts]++
      }),
      { numRuns: RUNS },
    )
    process.stderr.write(`${small.length} boards changed: ${JSON.stringify(counts)} by exit status\n`)
    expect(Math.min(counts[0], counts[1])).toBeGreaterThan(RUNS / 20)
  })
})
