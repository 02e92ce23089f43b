/** What the rules say of every board that Debian has a tree for: two guests on each, with the memory of a typical one where a tree has none. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runPipeline } from '../../src/pipeline.ts'
import { RELEASES, type Release } from '../../src/xen/releases.ts'
import { boardTrees } from '../debian/boards.ts'
import { type HostileFolder, hostileFolder } from '../support/hostile/folder.ts'

/** More: DOMFORGE_RUNS, as for tests of random inputs. */
const JUDGED: readonly Release[] = process.env['DOMFORGE_RUNS'] ? RELEASES : ['4.17']

const manifest = (release: Release, memory: string): string => `api-version: domforge/v1
name: boards
platform: { device-tree: board.dtb${memory} }
xen: { release: "${release}", image: xen, bootargs: console=dtuart bootscrub=idle }
boot: { load: { from: tftp } }
domains:
  one: { boot: dom0less, kernel: { image: Image }, memory: 64MiB }
  two: { boot: dom0less, kernel: { image: Image }, memory: 64MiB }
`

/** RAM at the place where most boards have it. */
const RAM = ', memory: { main: { start: 0x4000_0000, size: 1GiB } }'

const NO_RAM = 'RES-003'

let place: HostileFolder
let blobs: readonly (readonly [name: string, blob: Uint8Array])[] = []
beforeAll(async () => {
  place = await hostileFolder()
  const trees = await boardTrees('bookworm')
  const names = readdirSync(trees, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dtb'))
  blobs = names.sort().map((name) => [name, readFileSync(join(trees, name))])
})
afterAll(() => place.remove())

/** `error FDT-016`, each once. */
function found(release: Release, memory = ''): readonly string[] {
  writeFileSync(join(place.folder, 'system.yaml'), manifest(release, memory))
  const { findings } = runPipeline(join(place.folder, 'system.yaml'))
  const all = [...new Set(findings.all.map(({ severity, code }) => `${severity} ${code}`))]
  return memory === '' && all.includes(`error ${NO_RAM}`) ? found(release, RAM) : all
}

it.each(JUDGED)('finds on boards of others what is true of them, for Xen %s', { timeout: 600_000 }, (release) => {
  const boards = new Map<string, string[]>()
  for (const [name, blob] of blobs) {
    writeFileSync(join(place.folder, 'board.dtb'), blob)
    for (const finding of found(release)) boards.set(finding, [...(boards.get(finding) ?? []), name])
  }
  const table = [...boards].toSorted(([, a], [, b]) => b.length - a.length)
  const lines = table.map(
    ([finding, names]) => `${String(names.length).padStart(6)}  ${finding.padEnd(18)} ${names[0]}`,
  )
  process.stderr.write(`Xen ${release}, two guests on ${blobs.length} boards:\n${lines.join('\n')}\n`)
  expect(blobs.length).toBeGreaterThan(500)
  const refused = new Set(table.flatMap(([finding, names]) => (finding.startsWith('error') ? names : [])))
  expect(refused.size).toBeLessThan(blobs.length / 4)
})
