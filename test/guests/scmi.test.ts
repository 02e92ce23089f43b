/** What is made of `sci: scmi_smc`: in the host's tree, in that of the guest, and in xl's configuration. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { encode } from '../../src/emit/encode.ts'
import { runPipeline } from '../../src/pipeline.ts'
import { makeInputs } from '../support/checks/inputs.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-scmi-'))
beforeAll(() => makeInputs(folder))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const DRIVER = 'passthrough: { watchdog: { path: /watchdog@b100000 } }, sci: scmi_smc'

const manifestOn = (board: string, domains: string, bootargs: string): string => `api-version: domforge/v1
name: scmi
platform: { device-tree: ${board} }
xen: { release: "4.21", image: xen, config: xen.config, bootargs: "${bootargs}" }
boot: { load: { from: tftp } }
domains:
  dom0: { boot: dom0, kernel: { image: Image }, memory: 128MiB }
  ${domains}
`

function built(domains: string, bootargs = ''): ReadonlyMap<string, string> {
  const file = join(folder, 'system.yaml')
  writeFileSync(file, manifestOn('scmi-whole.dts', domains, bootargs))
  const { assembly, findings } = runPipeline(file)
  if (!assembly || findings.hasErrors) throw new Error(findings.all.map(({ message }) => message).join('\n'))
  return new Map(encode(assembly).artifacts.map(({ path, contents }) => [path, Buffer.from(contents).toString()]))
}

const guest = (boot: string, more = DRIVER): string =>
  `driver: { boot: ${boot}, kernel: { image: Image }, memory: 64MiB, ${more} }`

const linesOf = (text: string | undefined): readonly string[] => (text ?? '').split('\n').map((line) => line.trim())

it('gives a boot-time domain the firmware, its memory, and devices that keep its clocks', () => {
  const files = built(guest('dom0less'))
  const tree = linesOf(files.get('domains/driver/passthrough.dts'))
  const from = tree.indexOf('firmware {')
  expect(tree.slice(from, from + 16).filter((line) => line !== '')).toEqual([
    'firmware {',
    'compatible = "simple-mfd";',
    'scmi {',
    'compatible = "arm,scmi-smc";',
    'arm,smc-id = <0x82000010>;',
    '#address-cells = <0x1>;',
    '#size-cells = <0x0>;',
    'shmem = <0x1>;',
    'host_protocol_14_3: protocol@14 {',
    'reg = <0x14>;',
    '#clock-cells = <0x1>;',
    'phandle = <0x2>;',
    '};',
    '};',
  ])
  for (const line of [
    'compatible = "arm,scmi-shmem";',
    'xen,reg = <0x0 0xb0f0000 0x0 0x1000 0x0 0xb0f0000>;',
    'xen,force-assign-without-iommu;',
    'clocks = <0x2 0x3>;',
  ])
    expect(tree).toContain(line)
  expect(linesOf(files.get('xen.dts'))).toContain('xen,sci_type = "scmi_smc";')
  expect(files.get('xen.dts')).toMatch(/xen,xen-bootargs = "scmi-smc-passthrough dom0_mem=128M";/)
})

it('keeps what the user says of the option, once', () => {
  const words = built(guest('dom0less'), 'scmi-smc-passthrough=yes')
    .get('xen.dts')
    ?.match(/scmi-smc-passthrough\S*/g)
  expect(words).toEqual(['scmi-smc-passthrough=yes'])
})

it('says nothing of it to Xen for others', () => {
  const text = built(guest('dom0less', 'nr-spis: 32')).get('xen.dts')
  expect(text).not.toMatch(/sci_type|scmi-smc-passthrough/)
})

it('tells xl', () => {
  const files = built(guest('xl'))
  expect(files.get('domains/driver/driver.cfg')).toMatch(/^arm_sci = "type=scmi_smc"$/m)
  expect(files.get('xen.dts')).toContain('scmi-smc-passthrough')
})

/** Codes of what is found, by what the driver's memory lies in. */
function codesWith(board: (text: string) => string, domains: string, bootargs = ''): readonly string[] {
  writeFileSync(join(folder, 'around.dts'), board(readFileSync(join(folder, 'scmi-whole.dts'), 'utf8')))
  const file = join(folder, 'system.yaml')
  writeFileSync(file, manifestOn('around.dts', domains, bootargs))
  const { findings } = runPipeline(file)
  return findings.all.map(({ code, message }) => `${code} ${/\/\S+/.exec(message)?.[0]}`)
}

const OWN_KEYS = 'extra-xl: { arm_sci: "type=scmi_smc", iomem: ["b0f0,1"] }'
const marked = (text: string): string => text.replace('sram@b0f0000 {', 'sram@b0f0000 { xen,passthrough;')
const named = (text: string): string => text.replace('sram@b0f0000 {', 'sram@b0f0000 { phandle = <0x77>;')
const shared = (text: string): string => text.replace('shmem: sram@0', 'other@80 { reg = <0x80 0x80>; }; shmem: sram@0')
const same = (text: string): string => text

it.each([
  ['nothing is left for dom0', same, guest('xl'), '', []],
  ['nothing is left for dom0, of a boot-time domain', same, guest('dom0less'), '', []],
  ['dom0 has another part of it', shared, guest('xl'), '', ['XL-063 /sram@b0f0000']],
  ['another node may name it', named, guest('xl'), '', ['XL-063 /sram@b0f0000']],
  ["the user's keys name it, and Xen leaves it to no dom0", marked, guest('xl', OWN_KEYS), 'scmi-smc-passthrough', []],
  ["the user's keys name it, and dom0 has it", marked, guest('xl', OWN_KEYS), '', ['XL-063 /sram@b0f0000/sram@0']],
])('finds memory of the firmware in two hands: %s', (_, board, domains, bootargs, expected) =>
  expect(codesWith(board, domains, bootargs).filter((text) => text.startsWith('XL-063'))).toEqual(expected),
)
