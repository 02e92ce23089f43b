import { expect, it } from 'vitest'
import { closed, linesOf } from '../host-tree.ts'

it("what is the host's side of the device goes, and is told with its provider", () => {
  const text = `
    smmu: smmu { #iommu-cells = <1>; }; dmac: dmac { #dma-cells = <1>; }; noc: noc { #interconnect-cells = <1>; };
    dev@2000 { reg = <0 0x2000 0 1>; iommus = <&smmu 1>; iommu-map = <0 &smmu 0 1>; iommu-map-mask = <0>; msi-parent = <&gic>; msi-map = <0 &gic 0 1>;
      dmas = <&dmac 1>, <&dmac 2>; dma-names = "tx", "rx"; interconnects = <&noc 1 &noc 2>; interconnect-names = "path";
      operating-points-v2 = <&gic>; keep; };`
  const { node, choices } = closed(text, '/dev@2000')
  expect(linesOf(node)).toEqual(['keep;'])
  expect(choices.map(({ dependency, provider }) => [dependency, provider])).toEqual([
    ['iommus', '/smmu'],
    ['iommu-map', undefined],
    ['msi-parent', undefined],
    ['dmas', '/dmac'],
    ['interconnects', '/noc'],
    ['operating-points-v2', '/gic@1000'],
  ])
})

it.each([
  ['serial', 'note'],
  ['ethernet', 'warning'],
])('a %s without a DMA controller is a %s', (name, weight) => {
  const text = `dmac: dmac { #dma-cells = <1>; }; ${name}@2000 { reg = <0 0x2000 0 1>; dmas = <&dmac 1>; };`
  expect(closed(text, `/${name}@2000`).choices).toMatchObject([{ dependency: 'dmas', provider: '/dmac', weight }])
})
