/**
 * One tiny manifest per code of the stages that look at files and place them: the finding is in the line that says `# here`, or in the
 * file that `# in` names. The files lie beside the manifest.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gzip } from '../../scripts/stand-ins.mjs'
import { entryOf } from '../../src/diagnostics/catalogue/index.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import { arrange, nowhere } from '../../src/diagnostics/render/arrange.ts'
import { collectFacts } from '../../src/facts/collect.ts'
import { planSystem } from '../../src/load/plan-system.ts'
import { readManifest } from '../source/stages.ts'
import { armImage, xenImage } from '../support/facts/images.ts'
import { fixturesOf } from './fixtures.ts'

const fixtures = fixturesOf('files')

const tree = (memory: string): string =>
  `/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; memory@40000000 { device_type = "memory"; ${memory} }; };`

let folder = ''

beforeAll(() => {
  const parent = mkdtempSync(join(tmpdir(), 'domforge-codes-'))
  folder = join(parent, 'here')
  for (const name of ['here', 'below', 'here/folder']) mkdirSync(join(parent, name))
  const put = (name: string, data: string | Uint8Array): void => writeFileSync(join(folder, name), data)
  put('board.dts', tree('reg = <0x40000000 0x40000000>;'))
  put(
    'odd-reg.dts',
    tree('reg = <0x40000000 0x40000000 0>;').replace(
      /};$/,
      'memory { device_type = "memory"; reg = <0x40000000 0x40000000>; }; };',
    ),
  )
  put(
    'memory-names.dts',
    tree(
      'reg = <0x40000000 0x40000000>; }; soc { #address-cells = <1>; #size-cells = <1>; memory@100000 { reg = <0x100000 0x1000>; };',
    ),
  )
  put('no-ram.dts', tree('reg = <0 0>;'))
  put('camera.dtso', '/dts-v1/; /plugin/; &i2c7 { camera {}; };')
  put('broken.dts', '/dts-v1/; / { a = <1> };')
  put('cut-short.dts', '/dts-v1/; /memreserve/ 0x1000 0; /memreserve/ 0x2000 0x1000; / { passthrough { }; };')
  for (const image of [
    'xen',
    'Image',
    'folder/Image',
    'huge',
    'boot.scr',
    ...['Image', 'folder', 'domains'].map((name) => `../below/${name}`),
  ])
    put(image, armImage({ imageSize: 0x1000n }))
  put('own.dts', '/dts-v1/; / { passthrough { }; };')
  put('Image.gz', gzip(armImage({ imageSize: 0x1000n })))
  put('needs-more', armImage({ imageSize: 0x2_0000n }))
  put('fixed-place', armImage({ imageSize: 0x1000n, flags: 0n }))
  truncateSync(join(folder, 'huge'), 2 ** 31)
  put('xen-4.17.7', xenImage({ branch: '4.17', extra: '.7' }))
  put('4.17.7.config', '#\n# Xen/arm 4.17.7 Configuration\n#\nCONFIG_ARM_64=y\n')
  put('empty', '')
  put('text', 'hello\n')
})

afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

describe.each(fixtures)('$name', ({ code, name }) => {
  it('shows its finding in the marked place, with a remedy, and nothing else', () => {
    const manifest = join(folder, `${name}.yaml`)
    copyFileSync(join(import.meta.dirname, `${name}.yaml`), manifest)
    const text = readFileSync(manifest, 'utf8')
    const { model, source, findings: before } = readManifest(manifest)
    expect(before).toEqual([])
    if (!model) throw new Error('the fixture is no manifest')
    const findings = new Findings()
    const facts = collectFacts(model, findings.report)
    if (facts) planSystem(model, facts, findings.report)
    // That a file does not exist yet is said beside what follows from it.
    const told = findings.all.filter(({ code: own }) => own === code || own !== 'REF-023')
    expect(told.map((diagnostic) => diagnostic.code)).toEqual([code])
    const [found] = arrange(told, source?.locate ?? nowhere)
    const file = /# in (\S+)/.exec(text)?.[1]
    if (file) expect(found?.at.file).toBe(file)
    else expect(found?.at.line).toBe(text.split('# here')[0]?.split('\n').length)
    expect(found?.diagnostic.help).toBeTruthy()
    expect(entryOf(code).severity).toBe(found?.diagnostic.severity)
  })
})
