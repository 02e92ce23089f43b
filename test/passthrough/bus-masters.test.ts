import { expect, it } from 'vitest'
import { mastersWithoutIommu } from '../../src/passthrough/bus-masters.ts'
import { hostWith } from './host-tree.ts'

it('are known by their kind, or by what the tree says of them', () => {
  const index = hostWith(`
    smmu: smmu { #iommu-cells = <1>; };
    ethernet@1000 { reg = <0 0x1000 0 1>; }; mmc@2000 { reg = <0 0x2000 0 1>; iommus = <&smmu 1>; }; usb@3000 { reg = <0 0x3000 0 1>; status = "disabled"; };
    serial@4000 { reg = <0 0x4000 0 1>; }; thing@5000 { reg = <0 0x5000 0 1>; dma-coherent; };
    glue@6000 { reg = <0 0x6000 0 1>; #address-cells = <2>; #size-cells = <2>; ranges; iommus = <&smmu 2>; usb@7000 { reg = <0 0x7000 0 1>; }; };
    pcie@8000 { reg = <0 0x8000 0 1>; iommu-map = <0 &smmu 0 1>; }; usb { };`)
  expect(mastersWithoutIommu(index).map(({ path }) => path)).toEqual(['/ethernet@1000', '/thing@5000'])
})

it('are not what other registers are wrapped around, where the device inside names its IOMMU', () => {
  const wrapper = (at: string, inside: string): string =>
    `usb@${at} { reg = <0 0x${at} 0 1>; #address-cells = <2>; #size-cells = <2>; ranges; usb@${at}8 { reg = <0 0x${at}8 0 1>; ${inside} }; };`
  const index = hostWith(`
    smmu: smmu { #iommu-cells = <1>; };
    ${wrapper('100', 'iommus = <&smmu 1>;')} ${wrapper('200', '')} ${wrapper('300', 'iommus = <&smmu 3>; status = "disabled";')}`)
  expect(mastersWithoutIommu(index).map(({ path }) => path)).toEqual(['/usb@200', '/usb@200/usb@2008', '/usb@300'])
})

it('are not CAN controllers, which have memory of their own', () => {
  const index = hostWith('can@1000 { reg = <0 0x1000 0 1>; }; can@2000 { reg = <0 0x2000 0 1>; dma-coherent; };')
  expect(mastersWithoutIommu(index).map(({ path }) => path)).toEqual(['/can@2000'])
})
