/** Device trees through the whole tool. More of them: DOMFORGE_RUNS=10000. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HostileFolder, hostileFolder } from '../support/hostile/folder.ts'
import { mutatedBlob } from '../support/hostile/trees.ts'
import { wholeRun } from '../support/hostile/whole-run.ts'

const RUNS = Number(process.env['DOMFORGE_RUNS'] ?? 1000)

const guest = (name: string): string => `  ${name}:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 }
    ramdisk: control.cpio.gz
    memory: 64MiB
`
const manifestWith = (release: string, mode: string, domains: string): string => `api-version: domforge/v1
name: hostile
platform: { device-tree: mutated.dtb, reserved: { fw: { start: 0x7000_0000, size: 64KiB } } }
xen: { release: "${release}", image: xen, bootargs: console=dtuart dtuart=serial0 }
boot: { load: { from: tftp }, device-tree: ${mode} }
domains:
${domains}`
const DOM0 = '  dom0: { boot: dom0, kernel: { image: Image }, memory: 256MiB }\n'
const MANIFESTS = [
  manifestWith('4.17', 'merged', guest('a') + guest('b')),
  manifestWith('4.20', 'merged', DOM0 + guest('a')),
  manifestWith('4.20', 'commands', DOM0 + guest('a')),
]

let place: HostileFolder
beforeAll(async () => {
  place = await hostileFolder()
})
afterAll(() => place.remove())

describe('mutated trees', { timeout: 600_000 }, () => {
  it(`give findings or files, ${RUNS} of them`, () => {
    const manifests = MANIFESTS.map((text, index) => {
      const file = join(place.folder, `tree-${index}.yaml`)
      writeFileSync(file, text)
      return file
    })
    const board = readFileSync(join(place.folder, 'board.dtb'))
    const counts = { 0: 0, 1: 0, 3: 0 }
    const codes = new Map<string, number>()
    fc.assert(
      fc.property(fc.constantFrom(...manifests), mutatedBlob([board]), (manifest, blob) => {
        writeFileSync(join(place.folder, 'mutated.dtb'), blob)
        const run = wholeRun(manifest)
        counts[run.status as keyof typeof counts]++
        for (const code of new Set(run.codes)) codes.set(code, (codes.get(code) ?? 0) + 1)
      }),
      { numRuns: RUNS },
    )
    process.stderr.write(`${JSON.stringify(counts)} by exit status; ${codes.size} codes\n`)
    expect(counts[0]).toBeGreaterThan(RUNS / 20)
    expect(codes.size).toBeGreaterThan(15)
  })
})
