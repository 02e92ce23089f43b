import { expect, it } from 'vitest'
import { formatRange } from '../../../src/units/format.ts'
import { deviceOf, hostWith, reasonOf } from '../host-tree.ts'

const spans = (text: string, path: string): readonly unknown[] =>
  deviceOf(hostWith(text), path).spans.map(({ host, ...span }) => ({ ...span, host: formatRange(host) }))

const BUS = (device: string): string =>
  `soc { #address-cells = <1>; #size-cells = <1>; ranges = <0x7e000000 0 0xfe000000 0x1800000>; ${device} };`

it('translates registers through the buses above, with their names', () => {
  const text = BUS(
    'uart@7e201000 { reg = <0x7e201000 0x80>, <0x7e202000 0>, <0x7e203000 4>; reg-names = "regs", "none"; };',
  )
  expect(spans(text, '/soc/uart@7e201000')).toEqual([
    { kind: 'register', index: 0, name: 'regs', host: '[0xfe201000..0xfe201080)' },
    { kind: 'register', index: 2, host: '[0xfe203000..0xfe203004)' },
  ])
})

it('rounds to pages, and makes one of those that touch', () => {
  const text = 'dev@2000 { reg = <0 0x2ff8 0 0x10>, <0 0x2100 0 4>, <0 0x5000 0 1>; };'
  const { pages } = deviceOf(hostWith(text), '/dev@2000')
  expect(pages.map(formatRange)).toEqual(['[0x2000..0x4000)', '[0x5000..0x6000)'])
})

it('adds the windows of a PCI bridge, by their kind, in addresses of the host', () => {
  const text = BUS(`pcie@7e100000 {
    device_type = "pci"; #address-cells = <3>; #size-cells = <2>; reg = <0x7e100000 0x1000>;
    ranges = <0x01000000 0 0 0x7e200000 0 0x10000>, <0x02000000 0 0x10000000 0x7e300000 0 0x1000>,
             <0x42000000 0 0x10001000 0x7e301000 0 0x1000>, <0x03000000 1 0 0x7e302000 0 0x1000>,
             <0x43000000 1 0x1000 0x7e303000 0 0x1000>, <0 0 0 0x7e304000 0 0x1000>, <0x02000000 0 0 0x7e305000 0 0>; };`)
  expect(spans(text, '/soc/pcie@7e100000').slice(1)).toEqual([
    { kind: 'window', index: 0, child: [0x0100_0000, 0, 0], space: 'io', host: '[0xfe200000..0xfe210000)' },
    {
      kind: 'window',
      index: 1,
      child: [0x0200_0000, 0, 0x1000_0000],
      space: 'memory-32',
      host: '[0xfe300000..0xfe301000)',
    },
    {
      kind: 'window',
      index: 2,
      child: [0x4200_0000, 0, 0x1000_1000],
      space: 'memory-32-prefetchable',
      host: '[0xfe301000..0xfe302000)',
    },
    { kind: 'window', index: 3, child: [0x0300_0000, 1, 0], space: 'memory-64', host: '[0xfe302000..0xfe303000)' },
    {
      kind: 'window',
      index: 4,
      child: [0x4300_0000, 1, 0x1000],
      space: 'memory-64-prefetchable',
      host: '[0xfe303000..0xfe304000)',
    },
    { kind: 'window', index: 5, child: [0, 0, 0], space: 'bus', host: '[0xfe304000..0xfe305000)' },
  ])
})

it.each([
  ['has none', 'dev { };', '/dev', '/dev has no registers'],
  ['has only empty ones', 'dev@0 { reg = <0 0 0 0>; };', '/dev@0', 'the registers of /dev@0 are empty'],
  [
    'is on a bus that no CPU sees',
    'i2c { #address-cells = <1>; #size-cells = <0>; rtc@68 { reg = <0x68>; }; };',
    '/i2c/rtc@68',
    'no CPU reaches the registers of /i2c/rtc@68: /i2c has 1 address cells and 0 size cells, so no addresses to translate',
  ],
  [
    'is a function of a PCI bridge',
    'pcie { device_type = "pci"; #address-cells = <3>; #size-cells = <2>; ranges; eth@0 { reg = <0x800 0 0 0 0>; }; };',
    '/pcie/eth@0',
    '/pcie/eth@0 is a function of the PCI bridge /pcie',
  ],
  [
    'goes past 64 bits',
    'dev@f { reg = <0xffffffff 0xfffff000 0 0x2000>; };',
    '/dev@f',
    'registers 0 of /dev@f go past 64 bits',
  ],
])('is no device that %s', (_, text, path, reason) => expect(reasonOf(hostWith(text), path)).toBe(reason))
