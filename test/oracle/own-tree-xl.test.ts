/** The real xl takes from our configurations the devices that a user's own partial tree gives, together with those of the manifest. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { partialTrees } from '../../src/emit/partial-trees.ts'
import { xlConfigText } from '../../src/emit/xl-config.ts'
import { runPipeline } from '../../src/pipeline.ts'
import { makeInputs } from '../support/checks/inputs.ts'
import { dtc } from './dtc.ts'
import { type RealXl, realXl } from './real-xl.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-own-tree-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const OWN = `/dts-v1/; / { passthrough { #address-cells = <2>; #size-cells = <2>; ranges;
  first { reg = <0 0x10000000 0 0x1000>; interrupt-parent = <65000>; interrupts = <0 44 4>;
    xen,path = "/rtc@a005000"; xen,reg = <0 0xa005000 0 0x1000 0 0x10000000>; xen,force-assign-without-iommu; };
  second { xen,path = "/ETHERNET@a000000"; xen,reg = <0 0xa000000 0 0x1000 0 0x10004000>; };
}; };`

const lines = (domain: string): string => `api-version: domforge/v1
name: own
platform: { device-tree: given-board.dts, enable: [/iommu@9050000] }
xen: { release: "4.17", image: xen, config: xen.config }
boot: { load: { from: tftp } }
domains:
  dom0: { boot: dom0, kernel: { image: Image }, memory: 256MiB }
  own: { ${domain}, kernel: { image: Image }, memory: 64MiB, device-tree: own.dts, passthrough: { clock: { path: /rtc@a002000 } } }
`

describe.each(['bookworm', 'trixie'] as const)('xl of %s', (debian) => {
  let xl: RealXl
  beforeAll(async () => {
    makeInputs(folder)
    writeFileSync(join(folder, 'own.dts'), OWN)
    xl = await realXl(debian, folder)
  })

  it.each(['boot: xl', 'boot: dom0less'])('reads them for a domain with %s', async (domain) => {
    writeFileSync(join(folder, 'system.yaml'), lines(domain))
    const { assembly, findings } = runPipeline(join(folder, 'system.yaml'))
    expect(findings.all.filter(({ severity }) => severity === 'error')).toEqual([])
    const [config] = assembly?.xl ?? []
    const { status, messages, domain: read } = xl.read(config ? xlConfigText(config) : '')
    expect({ status, messages }).toEqual({ status: 0, messages: [] })
    expect(read?.b_info['irqs']).toEqual([74, 76, 72])
    expect(read?.b_info['iomem']).toMatchObject([
      { start: 0xa002, number: 1 },
      { start: 0xa005, number: 1, gfn: 0x10000 },
      { start: 0xa000, number: 1, gfn: 0x10004 },
    ])
    expect(read?.['dtdevs']).toEqual([{ path: '/ethernet@a000000' }])
    expect(read?.c_info?.['passthrough']).not.toBe('disabled')
    const path = domain === 'boot: xl' ? 'domains/own/passthrough.dtb' : 'domains/own/xl-passthrough.dtb'
    const blob = assembly ? partialTrees.emit(assembly, { timestamp: 0 }).find((made) => made.path === path) : undefined
    const { status: well, output } = await dtc(['-I', 'dtb', '-O', 'dts'], Buffer.from(blob?.contents ?? ''))
    expect(well).toBe(0)
    expect(output.toString()).toContain('first {')
    expect(output.toString()).not.toMatch(/xen,(path|reg|force)/)
  })
})
