/** One tiny manifest per code about what outputs can hold, about what the manifest asserts, and about lifecycles: the finding is in the line that says `# here`, or in the file that `# in` names. The files lie beside the manifest. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import { isolationRules } from '../../src/checks/isolation/rules.ts'
import { lifecycleRules } from '../../src/checks/lifecycle/rules.ts'
import { outputRules } from '../../src/checks/output/rules.ts'
import { runRules } from '../../src/checks/rule.ts'
import { entryOf } from '../../src/diagnostics/catalogue/index.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import { arrange, nowhere } from '../../src/diagnostics/render/arrange.ts'
import { collectFacts } from '../../src/facts/collect.ts'
import { planSystem } from '../../src/load/plan-system.ts'
import { readManifest } from '../source/stages.ts'
import { armImage } from '../support/facts/images.ts'
import { fixturesOf } from './fixtures.ts'

const fixtures = fixturesOf('outputs')

const tree = (chosen: string): string =>
  `/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; memory@40000000 { device_type = "memory"; reg = <0x40000000 0x40000000>; }; chosen { ${chosen} }; };`

/** Of more characters than U-Boot asks a TFTP server for. */
const LONG = `long/${'a-folder-of-images-that-has-a-long-name/'.repeat(3)}`

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-codes-'))
  const put = (name: string, data: string | Uint8Array): void => writeFileSync(join(folder, name), data)
  for (const name of ['old', 'new', 'guest', LONG]) mkdirSync(join(folder, name), { recursive: true })
  for (const image of [
    'xen',
    'Image',
    'image',
    'Image ',
    '"Image"',
    'v1:Image',
    'Guest',
    'Xen.DTB',
    'one-passthrough.dtb',
    `${LONG}Image`,
  ])
    put(image, armImage({ imageSize: 0x1000n }))
  put('own.dts', '/dts-v1/; / { passthrough { }; };')
  for (const image of ['old/Image', 'new/Image', 'guest/Image', 'old/passthrough.dtb', 'new/passthrough.dtb'])
    put(image, armImage({ imageSize: 0x1000n }))
  put('board.dts', tree(''))
  put(
    'devices.dts',
    tree('').replace(
      'chosen {',
      'smmu: iommu@9050000 { compatible = "arm,mmu-500"; reg = <0x9050000 0x10000>; #iommu-cells = <1>; }; ethernet@a000000 { compatible = "example,ethernet"; reg = <0xa000000 0x1000>; iommus = <&smmu 1>; }; rtc@a002000 { compatible = "example,rtc"; reg = <0xa002000 0x1000>; }; chosen {',
    ),
  )
  put(
    'grants.dts',
    '/dts-v1/; / { passthrough { #address-cells = <2>; #size-cells = <2>; ranges; g: iommu { compatible = "xen,grant-dma"; #iommu-cells = <1>; }; virtio@2000000 { iommus = <&g 1>; }; }; };',
  )
  put('dumped.dts', tree('linux,initrd-start = <0x70000000>; linux,initrd-end = <0x71000000>;'))
  put('left-over.dts', tree('one { };'))
  put('framebuffer.dts', tree('framebuffer@9d400000 { reg = <0x9d400000 0x1000>; };'))
  put('fb.dts', tree('fb@9d400000 { };'))
  put('cut-short.dts', tree('').replace('/ {', '/memreserve/ 0 0; /memreserve/ 0x1000 0x1000; / {'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(fixtures)('$name', ({ code, name }) => {
  it('shows its finding in the marked line, and nothing else', () => {
    const manifest = join(folder, `${name}.yaml`)
    copyFileSync(join(import.meta.dirname, `${name}.yaml`), manifest)
    const { model, source, findings: before } = readManifest(manifest)
    expect(before).toEqual([])
    if (!model) throw new Error('the fixture is no manifest')
    const findings = new Findings()
    const facts = collectFacts(model, findings.report)
    const plan = facts && planSystem(model, facts, findings.report)
    if (plan) runRules(outputRules, assemble(plan), findings.judge)
    if (plan) runRules(isolationRules, plan, findings.judge)
    if (plan) runRules(lifecycleRules, plan, findings.judge)
    expect(findings.all.map((diagnostic) => diagnostic.code)).toEqual([code])
    const [found] = arrange(findings.all, source?.locate ?? nowhere)
    const text = readFileSync(manifest, 'utf8')
    const file = /# in (\S+)/.exec(text)?.[1]
    if (file) expect(found?.at.file).toBe(file)
    else expect(found?.at.line).toBe(text.split('# here')[0]?.split('\n').length)
    expect(found?.diagnostic.help).toBeTruthy()
    expect(entryOf(code).severity).toBe(found?.diagnostic.severity)
  })
})
