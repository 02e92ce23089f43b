import { expect, it } from 'vitest'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { type Inventory, inventoryOf } from '../../src/inventory/inventory.ts'
import { ok } from '../devicetree/expect-ok.ts'

const inventory = (text: string): Inventory =>
  inventoryOf(
    ok(
      parseDts(
        `/dts-v1/; / { model = "Acme"; #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
          gic: gic@1000 { compatible = "arm,gic-v3"; interrupt-controller; #interrupt-cells = <3>; #address-cells = <2>; #size-cells = <2>; ranges; reg = <0 0x1000 0 0x1000>;
            its@100000 { compatible = "arm,gic-v3-its"; reg = <0 0x100000 0 0x1000>; }; };
          smmu: smmu@2000 { compatible = "arm,smmu-v3"; reg = <0 0x2000 0 0x1000>; #iommu-cells = <1>; };
          off: smmu@3000 { compatible = "arm,mmu-500"; reg = <0 0x3000 0 0x1000>; #iommu-cells = <1>; status = "disabled"; };
          other: iommu@4000 { compatible = "acme,iommu"; reg = <0 0x4000 0 0x1000>; #iommu-cells = <1>; };
          ${text} };`,
        { file: 'board.dts' },
      ),
    ),
  )

const of = (text: string, path: string): Inventory['devices'][number] | undefined =>
  inventory(text).devices.find((device) => device.path === path)

const CLOCKS =
  'osc: osc { compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <5>; }; cru: cru { #clock-cells = <1>; }; ldo: ldo { };'

it.each([
  ['free', 'clocks = <&osc>;', ''],
  ['rates', 'clocks = <&cru 1>;', ''],
  ['decisions', 'x-supply = <&ldo>; clocks = <&cru 1>;', ''],
  ['decisions', 'syscon = <&ldo>;', ''],
  ['shared', 'clocks = <&osc>;', 'wdt@9800 { compatible = "w"; reg = <0 0x9800 0 8>; };'],
])('of a device: %s (%s %s)', (verdict, text, beside) =>
  expect(
    of(
      `${CLOCKS} ${beside} aliases { rtc7 = "/rtc@9000"; }; rtc@9000 { compatible = "acme,rtc", "rtc"; reg = <0 0x9000 0 8>; interrupts = <0 3 4>; ${text} };`,
      '/rtc@9000',
    ),
  ).toMatchObject({ verdict, name: 'rtc7', compatible: 'acme,rtc', isEnabled: true, mustForce: false }),
)

it.each([
  ['/gic@1000', 'Xen drives the interrupt controller'],
  ['/gic@1000/its@100000', 'Xen drives the interrupt controller'],
  ['/smmu@2000', 'Xen drives the IOMMUs'],
  ['/uart@5000', "it is the tree's console, which Xen takes unless dtuart names another"],
  ['/timer@6000', 'its interrupt cannot be given: interrupt 29 is private to each CPU'],
  ['/i2c@7000/mux@1/rtc@68', 'it goes with /i2c@7000'],
])('some cannot be given: %s', (path, why) =>
  expect(
    of(
      `chosen { stdout-path = "/uart@5000"; }; uart@5000 { compatible = "u"; reg = <0 0x5000 0 8>; }; timer@6000 { compatible = "t"; reg = <0 0x6000 0 8>; interrupts = <1 13 4>; };
       i2c@7000 { compatible = "i"; reg = <0 0x7000 0 8>; #address-cells = <1>; #size-cells = <0>; mux@1 { compatible = "m"; reg = <1>; #address-cells = <1>; #size-cells = <0>; rtc@68 { compatible = "r"; reg = <0x68>; }; }; };`,
      path,
    ),
  ).toMatchObject({ verdict: 'no', why }),
)

it.each([
  ['behind an IOMMU that Xen drives', 'iommus = <&smmu 1>;', false],
  ['behind one that is disabled', 'iommus = <&off 1>;', true],
  ['behind one that Xen does not drive', 'iommus = <&other 1>;', true],
  ['with a bridge behind one', 'iommu-map = <0 &smmu 0 16>;', false],
  ['behind none', '', true],
])('a device with DMA must be forced unless it is held: %s', (_, text, mustForce) =>
  expect(of(`eth@9000 { compatible = "e"; reg = <0 0x9000 0 8>; dma-coherent; ${text} };`, '/eth@9000')).toMatchObject({
    mustForce,
  }),
)

it('a device must be forced with what goes with it', () =>
  expect(
    of(
      'syscon@9000 { compatible = "c", "syscon", "simple-mfd"; reg = <0 0x9000 0 0x1000>; #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0x9000 0x1000>; eth@10 { compatible = "e"; reg = <0x10 8>; dma-coherent; }; };',
      '/syscon@9000',
    ),
  ).toMatchObject({ device: { dma: { does: 'no' } }, mustForce: true }))

it('names what is about the board as a whole, and no nodes that are no devices', () => {
  const { model, gic, iommus, mastersWithoutIommu, devices } = inventory(
    `cpus { #address-cells = <1>; #size-cells = <0>; cpu@0 { compatible = "arm,cortex-a53"; reg = <0>; }; }; bare@8000 { reg = <0 0x8000 0 8>; };
     reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; pool@100000 { compatible = "shared-dma-pool"; reg = <0 0x100000 0 0x1000>; }; };
     ethernet@9000 { compatible = "e"; reg = <0 0x9000 0 8>; };`,
  )
  expect({ model, gic, iommus, mastersWithoutIommu }).toEqual({
    model: 'Acme',
    gic: '/gic@1000',
    iommus: [
      { path: '/smmu@2000', isEnabled: true },
      { path: '/smmu@3000', isEnabled: false },
    ],
    mastersWithoutIommu: ['/ethernet@9000'],
  })
  expect(devices.map(({ path }) => path)).toEqual([
    '/gic@1000',
    '/gic@1000/its@100000',
    '/smmu@2000',
    '/smmu@3000',
    '/iommu@4000',
    '/ethernet@9000',
  ])
})
