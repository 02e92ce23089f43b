/**
 * The built tool on mutated manifests and trees: it ends in time with an exit status that says what is wrong, shows no stack, and writes
 * nothing when anything is wrong. The seed is printed; DOMFORGE_SEED repeats a run, DOMFORGE_RUNS makes it longer.
 */
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { domforge } from '../support/cli/tool.ts'
import { type HostileFolder, hostileFolder } from '../support/hostile/folder.ts'
import { mutatedManifest } from '../support/hostile/manifests.ts'
import { mutatedBlob } from '../support/hostile/trees.ts'
import { SEED } from '../support/seed.ts'

const RUNS = Number(process.env['DOMFORGE_RUNS'] ?? 200)

let place: HostileFolder
beforeAll(async () => {
  place = await hostileFolder()
})
afterAll(() => place.remove())

/** Every file below and beside the folder, with what changes when it is written. */
function listing(): readonly string[] {
  const above = resolve(place.folder, '..')
  return readdirSync(above, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.startsWith(join('work', 'out')) && path !== join('work', 'system.lock.yaml'))
    .map((path) => {
      const stats = lstatSync(join(above, path))
      return stats.isDirectory() ? path : `${path} ${stats.ino} ${stats.size} ${stats.mtimeMs}`
    })
    .sort()
}

const examples = ['two-guests', 'dom0-and-two', 'three-static'].map((name) =>
  readFileSync(resolve(import.meta.dirname, `../../examples/${name}/${name}.yaml`), 'utf8'),
)

it(`survives ${RUNS} runs`, { timeout: 600_000 }, () => {
  const board = readFileSync(join(place.folder, 'board.dtb'))
  const [plain = ''] = examples
  const inputs = fc.oneof(
    mutatedManifest(examples).map((manifest) => ({ manifest, blob: board })),
    mutatedBlob([board]).map((blob) => ({ manifest: plain.replace('board.dtb', 'mutated.dtb'), blob })),
  )
  const counts = new Map<number | null, number>()
  fc.assert(
    fc.property(inputs, ({ manifest, blob }) => {
      writeFileSync(join(place.folder, 'mutated.dtb'), blob)
      writeFileSync(join(place.folder, 'system.yaml'), manifest)
      const before = listing()
      const { status, stdout, stderr } = domforge(['build', 'system.yaml', '-o', 'out'], place.folder)
      counts.set(status, (counts.get(status) ?? 0) + 1)
      expect([0, 1, 3]).toContain(status)
      expect(stderr).not.toMatch(/\n\s+at .*\.[cjt]s:\d+/)
      expect(stdout + stderr).not.toMatch(/\p{Cc}(?<!\n)/u)
      expect(listing()).toEqual(before)
      const out = join(place.folder, 'out')
      const lock = join(place.folder, 'system.lock.yaml')
      expect(existsSync(out)).toBe(status === 0)
      if (status !== 0) expect(existsSync(lock)).toBe(false)
      for (const path of [out, lock]) rmSync(path, { recursive: true, force: true })
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  )
  process.stderr.write(`seed ${SEED}: ${JSON.stringify(Object.fromEntries(counts))} by exit status\n`)
  expect(counts.get(0)).toBeGreaterThan(RUNS / 20)
  expect(counts.get(1)).toBeGreaterThan(RUNS / 20)
})
