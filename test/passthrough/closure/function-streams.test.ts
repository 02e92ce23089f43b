import { expect, it } from 'vitest'
import { closed } from '../host-tree.ts'

const SMMU = `smmu: smmu { compatible = "arm,mmu-500"; #iommu-cells = <2>; }; other: other { compatible = "arm,mmu-500"; #iommu-cells = <1>; };
  off: off { compatible = "arm,mmu-500"; #iommu-cells = <1>; status = "disabled"; }; foreign: foreign { #iommu-cells = <1>; };
  table: table { compatible = "arm,smmu-v3"; #iommu-cells = <1>; };`

const bridge = (text: string, functions?: readonly string[], bootargs = '') =>
  closed(
    `${SMMU} pcie@2000 { device_type = "pci"; reg = <0 0x2000 0 0x1000>; #address-cells = <3>; #size-cells = <2>; ${text} };`,
    '/pcie@2000',
    functions ? { functions } : {},
    bootargs,
  )

const streams = (text: string, functions?: readonly string[]): readonly string[] =>
  bridge(text, functions).device.dma.iommus.map(({ path, cells }) => `${path} ${cells.join(' ')}`)

const problems = (text: string, functions?: readonly string[]): readonly string[] =>
  bridge(text, functions).obstacles.map(({ code, message }) => `${code} ${message}`)

it('are those of every entry of the map, each once, as wide as the IOMMU has them, after its own', () =>
  expect(
    streams('iommus = <&smmu 7 0>; iommu-map = <0 &smmu 0x1c00 1>, <0x100 &smmu 0x1c01 2>, <0x200 &smmu 0x1c00 1>;'),
  ).toEqual(['/smmu 7 0', '/smmu 7168 0', '/smmu 7169 0', '/smmu 7170 0']))

it.each([
  ['a mask that leaves nothing', 'iommu-map-mask = <0>; iommu-map = <0 &other 0x32 0x1000>;', ['/other 50']],
  [
    'a mask of functions',
    'iommu-map-mask = <0x7>; iommu-map = <0 &other 0x10 0x10000>;',
    Array.from({ length: 8 }, (_, own) => `/other ${16 + own}`),
  ],
  [
    'buses that are not there',
    'bus-range = <1 1>; iommu-map = <0xf8 &other 0 16>;',
    Array.from({ length: 8 }, (_, own) => `/other ${8 + own}`),
  ],
])('are fewer by %s', (_, text, expected) => expect(streams(text)).toEqual(expected))

it('are those of functions that are named, whatever the map has', () =>
  expect(streams('iommu-map = <0 &other 0x1000 0x10000>;', ['00:01.0', '01:1f.7'])).toEqual([
    '/other 4104',
    '/other 4607',
  ]))

it.each([
  ['a disabled IOMMU', 'iommu-map = <0 &off 0 0x10000>;'],
  ['one that Xen has no driver for', 'iommu-map = <0 &foreign 0 0x10000>;'],
])('are none at %s', (_, text) => {
  expect(streams(text)).toEqual([])
  expect(problems(text)).toEqual([])
})

it.each([
  ['other', 16],
  ['table', 128],
])('at /%s are no more than Xen has room for', (iommu, most) => {
  expect(streams(`iommu-map = <0 &${iommu} 0 ${most}>;`)).toHaveLength(most)
  expect(problems(`iommu-map = <0 &${iommu} 0 ${most + 1}>;`)).toEqual([
    `DEV-009 /pcie@2000 would have ${most + 1} streams with those of its iommu-map, and Xen has room for ${most} in iommus of a device`,
  ])
})

it('are at one IOMMU', () => {
  const two = 'iommu-map = <0 &smmu 1 1>, <0x100 &other 0 1>;'
  expect(problems(two)).toEqual([
    'DEV-009 /pcie@2000 is behind /smmu and /other, and Xen supports only one IOMMU for a device',
  ])
  expect(problems(two, ['01:00.0'])).toEqual([])
  expect(problems('iommus = <&smmu 1 0>, <&other 0>;')).toHaveLength(1)
  expect(problems('iommus = <&smmu 1 0>, <&off 0>, <&other 0>;')).toEqual([])
  expect(problems('iommus = <&foreign 1>, <&off 0>;')).toEqual([])
})

it('are not looked at where Xen uses no IOMMU', () => {
  const { device, obstacles } = bridge(
    'iommus = <&smmu 1 0>, <&other 0>; iommu-map = <0 &other 0 0x10000>;',
    ['00:01.0'],
    'iommu=off',
  )
  expect([device.dma.iommus.length, obstacles]).toEqual([2, []])
})

it('are in the map', () => {
  expect(problems('iommu-map = <0x100 &other 0 1>;', ['01:00.0', '01:00.1', '00:00.0'])).toEqual([
    'DEV-009 /pcie@2000: its iommu-map has no stream for 01:00.1 (requester id 0x101), 00:00.0 (requester id 0x0)',
  ])
  expect(problems('', ['00:01.0'])).toEqual(['DEV-004 functions names 00:01.0, and /pcie@2000 has no iommu-map'])
})
