/** Partial trees with overlays, made by a build and by dtc and fdtoverlay. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { partialTrees } from '../../src/emit/partial-trees.ts'
import { runPipeline } from '../../src/pipeline.ts'
import { makeInputs } from '../support/checks/inputs.ts'
import { compiled, recoded } from './dtc.ts'
import { fdtoverlay } from './fdtoverlay.ts'

const BASE = `/dts-v1/; / { #address-cells = <2>; #size-cells = <2>;
  aliases { rate = &rate; };
  pass: passthrough { compatible = "simple-bus"; ranges; #address-cells = <2>; #size-cells = <2>;
    rate: clock { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <1000>; }; }; };`

const OVERLAYS = [
  `/dts-v1/; /plugin/; &pass { first: sensor@2000000 { compatible = "acme,sensor"; reg = <0 0x2000000 0 0x1000>; clocks = <&rate>; }; };
   &rate { clock-frequency = <2000>; };`,
  `/dts-v1/; /plugin/; &first { status = "okay"; child { link = <&own>; }; own: other { }; }; &{/passthrough} { last; };`,
]

let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-partial-'))
  makeInputs(folder)
  const put = (name: string, data: string | Uint8Array): void => writeFileSync(join(folder, name), data)
  put('base.dts', BASE)
  put('base.dtb', await compiled(BASE, '-@'))
  for (const [index, source] of OVERLAYS.entries()) {
    put(`${index}.dtso`, source)
    put(`${index}.dtbo`, await compiled(source, '-@'))
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a domain with these files is given. */
function built(files: string): Uint8Array {
  const manifest = join(folder, 'system.yaml')
  const domain = `{ boot: dom0less, kernel: { image: Image }, memory: 64MiB, device-tree: ${files} }`
  writeFileSync(
    manifest,
    `api-version: domforge/v1\nname: trees\nplatform: { device-tree: board.dts }\nxen: { release: "4.20", image: xen }\nboot: { load: { from: tftp } }\ndomains:\n  a: ${domain}\n`,
  )
  const { assembly, findings } = runPipeline(manifest)
  expect(findings.all.filter(({ severity }) => severity !== 'note')).toEqual([])
  const [blob] = assembly ? partialTrees.emit(assembly, { timestamp: 0 }) : []
  if (typeof blob?.contents !== 'object') throw new Error('no tree')
  return blob.contents
}

it.each([
  ['[base.dtb, 0.dtbo]', 1],
  ['[base.dts, 0.dtbo]', 1],
  ['[base.dtb, 0.dtso, 1.dtbo]', 2],
  ['[base.dts, 0.dtso, 1.dtso]', 2],
])('%s is what fdtoverlay makes of the same', async (files, count) => {
  const blobs = await Promise.all(OVERLAYS.slice(0, count).map((source) => compiled(source, '-@')))
  const theirs = await fdtoverlay(folder, await compiled(BASE, '-@'), blobs)
  if (!theirs) throw new Error('fdtoverlay refuses')
  expect(Buffer.from(built(files)).toString('latin1')).toBe((await recoded(theirs)).toString('latin1'))
})

it('a list of one file is that file', () => expect(built('[base.dts]')).toEqual(built('base.dts')))
