import { describe, expect, it } from 'vitest'
import { firmwareNode, needsOf, scmiOf } from '../../src/passthrough/scmi.ts'
import { hostWith, linesOf } from './host-tree.ts'

const MEMORY = `
  sram@10f000 { compatible = "mmio-sram"; reg = <0 0x10f000 0 0x100>; #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0x10f000 0x100>;
    shmem: sram@0 { compatible = "arm,scmi-shmem"; reg = <0 0x80>; };
    other: sram@80 { compatible = "arm,scmi-shmem"; reg = <0x80 0x80>; };
  };`

const firmware = (text: string): string => `${MEMORY}
  firmware { scmi { compatible = "arm,scmi-smc"; #address-cells = <1>; #size-cells = <0>; ${text} }; };`

const FULL = firmware(`arm,smc-id = <0x82000010>; shmem = <&shmem>; interrupts = <0 9 4>; interrupt-names = "a2p";
  perf: protocol@13 { reg = <0x13>; shmem = <&other>; status = "disabled"; };
  clk: protocol@14 { reg = <0x14>; #clock-cells = <1>; assigned-clocks = <&clk 1>; assigned-clock-rates = <1000>; };
  reset: protocol@16 { reg = <0x16>; shmem = <&other>, <&shmem>; #reset-cells = <1>; };`)

describe('the firmware', () => {
  it('is the node that Xen forwards calls to, with its memory', () => {
    const scmi = scmiOf(hostWith(FULL))
    expect(scmi.ok && [scmi.value.place.path, ...scmi.value.memory.map(({ path }) => path)]).toEqual([
      '/firmware/scmi',
      '/sram@10f000/sram@0',
      '/sram@10f000/sram@80',
    ])
  })

  it.each([
    ['', "the board's tree has no enabled node compatible with arm,scmi-smc"],
    [
      firmware('arm,smc-id = <1>; shmem = <&shmem>; status = "disabled";'),
      "the board's tree has no enabled node compatible with arm,scmi-smc",
    ],
    [firmware('shmem = <&shmem>;'), '/firmware/scmi has no arm,smc-id'],
    [firmware('arm,smc-id = <1>;'), '/firmware/scmi names no memory (shmem)'],
  ])('is not there, or not whole: %#', (text, reason) => {
    expect(scmiOf(hostWith(text))).toEqual({ ok: false, reason })
  })
})

it('is a bus in the guest, with what is enabled of it, and nothing of the host’s interrupts and settings', () => {
  const index = hostWith(FULL)
  const scmi = scmiOf(index)
  if (!scmi.ok) throw new Error(scmi.reason)
  expect(linesOf(firmwareNode(index, scmi.value)).filter((line) => line !== '};')).toEqual([
    'compatible = "simple-mfd";',
    'scmi {',
    'compatible = "arm,scmi-smc";',
    '#address-cells = <0x1>;',
    '#size-cells = <0x0>;',
    'arm,smc-id = <0x82000010>;',
    'shmem = <&host_sram_0_2>;',
    'host_protocol_14_4: protocol@14 {',
    'reg = <0x14>;',
    '#clock-cells = <0x1>;',
    'protocol@16 {',
    'reg = <0x16>;',
    'shmem = <&host_sram_80_3>, <&host_sram_0_2>;',
    '#reset-cells = <0x1>;',
  ])
})

it('is needed by devices with its clocks, power domains or resets', () => {
  const index = hostWith(`${FULL} pmic: other { #power-domain-cells = <0>; };
    dev@2000 { reg = <0 0x2000 0 1>; clocks = <&clk 1>, <&clk 2>; power-domains = <&pmic>; resets = <&reset 4>; };`)
  const scmi = scmiOf(index)
  const device = index.at('/dev@2000')
  expect(scmi.ok && device && needsOf(index, scmi.value, device.node)).toEqual([
    'clocks of /firmware/scmi/protocol@14',
    'resets of /firmware/scmi/protocol@16',
  ])
})
