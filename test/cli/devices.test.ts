/** `domforge devices` from outside: streams, statuses, and documents that keep to the published schema. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import devicesSchema from '../../schemas/devices.schema.json' with { type: 'json' }
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

const BOARD = `/dts-v1/; / { model = "Acme board"; #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
  aliases { ethernet0 = &eth; };
  gic: gic@1000 { compatible = "arm,gic-v3"; interrupt-controller; #interrupt-cells = <3>; reg = <0 0x1000 0 0x1000>; };
  smmu: smmu@2000 { compatible = "arm,smmu-v3"; reg = <0 0x2000 0 0x1000>; #iommu-cells = <1>; status = "disabled"; };
  cru: cru@3000 { compatible = "acme,cru"; reg = <0 0x3000 0 0x1000>; #clock-cells = <1>; };
  eth: ethernet@4000 { compatible = "acme,mac"; reg = <0 0x4000 0 0x1000>; interrupts = <0 7 4>, <0 7 4>; clocks = <&cru 1>; clock-names = "bus"; iommus = <&smmu 5>; };
  gpio: gpio@5000 { compatible = "acme,gpio"; reg = <0 0x5000 0 0x100>; gpio-controller; #gpio-cells = <1>; };
  usb@6000 { compatible = "acme,usb"; reg = <0 0x6000 0 0x100>; status = "disabled"; };
  rtc@7000 { compatible = "acme,rtc"; reg = <0 0x7000 0 0x100>; };
  leds { compatible = "gpio-leds"; one { gpios = <&gpio 1>; }; };
};`

let place: Workplace
beforeAll(async () => {
  place = await workplace('two-guests')
  writeFileSync(join(place.folder, 'acme.dts'), BOARD)
})
afterAll(() => place.remove())

const devices = (...words: readonly string[]) => domforge(['devices', ...words], place.folder)

it('lists what can be given, what it takes, and who needs it', () => {
  const { status, stdout, stderr } = devices('acme.dts')
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toBe(`Acme board
interrupts at /gic@1000
no enabled IOMMU that Xen drives
disabled IOMMUs: platform: { enable: [/smmu@2000] }

Can be given with nothing to decide (1)
  /rtc@7000    acme,rtc  0x7000

Can be given with nothing to decide, but others on the board need them (2)
  /cru@3000     acme,cru   0x3000    DMA without IOMMU
      needed by /ethernet@4000 (clocks)
  /gpio@5000    acme,gpio  0x5000
      needed by /leds/one (gpios)

Can be given once the manifest has the rates of their clocks (1)
  /ethernet@4000  ethernet0  acme,mac  0x4000  interrupts 39  DMA without IOMMU
      DEV-001: the rate of a clock cannot be told from the tree: bus of /cru@3000; write
      'clocks: { bus: HZ }' with what the board runs them at (clk_summary in Linux's debugfs)

not shown: 1 that cannot be given, 2 that are disabled (--all)
`)
})

it('lists the rest when asked', () => {
  const { stdout } = devices('acme.dts', '--all')
  expect(stdout).toContain('/usb@6000')
  expect(stdout).toMatch(/^Cannot be given \(2\)\n {2}\/gic@1000 +Xen drives the interrupt controller$/m)
  expect(stdout).not.toContain('not shown')
})

it('prints documents of the schema, every device', () => {
  const validate = new Ajv2020({ strict: true }).compile(devicesSchema)
  const record = JSON.parse(devices('acme.dts', '--format', 'json').stdout) as { devices: { path: string }[] }
  expect(validate(record), JSON.stringify(validate.errors)).toBe(true)
  expect(record.devices.map(({ path }) => path)).toEqual([
    '/gic@1000',
    '/smmu@2000',
    '/cru@3000',
    '/ethernet@4000',
    '/gpio@5000',
    '/usb@6000',
    '/rtc@7000',
  ])
})

it.each(['none.dts', '.'])('a tree that cannot be read has its exit status, and no stack trace: %s', (tree) => {
  const { status, stdout, stderr } = devices(tree)
  expect([status, stdout]).toEqual([3, ''])
  expect(stderr).toMatch(/REF-01[01]/)
})
