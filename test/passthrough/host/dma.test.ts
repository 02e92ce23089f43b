import { expect, it } from 'vitest'
import type { DeviceDma } from '../../../src/passthrough/host-device.ts'
import { deviceOf, hostWith } from '../host-tree.ts'

const dma = (text: string, path: string): DeviceDma => deviceOf(hostWith(text), path).dma
const dev = (name: string, text: string): DeviceDma =>
  dma(`${name}@2000 { reg = <0 0x2000 0 0x1000>; ${text} };`, `/${name}@2000`)

const SMMU = 'smmu: smmu { #iommu-cells = <2>; }; off: smmu-off { #iommu-cells = <1>; status = "disabled"; };'

it.each([
  ['a kind of device that is only registers', 'serial', '', 'no'],
  ['a kind that mostly does it', 'ethernet', '', 'possible'],
  ['a serial engine with one of its own', 'serial', 'compatible = "qcom,geni-debug-uart";', 'possible'],
  ['what says that it is coherent', 'serial', 'dma-coherent;', 'yes'],
])('knows of %s', (_, name, text, does) => expect(dev(name, text).does).toBe(does))

it('reads what stands before it, and whether that is enabled', () => {
  const text = `${SMMU} eth@2000 { reg = <0 0x2000 0 0x1000>; iommus = <&smmu 0x874 0>, <&off 5>; };`
  expect(dma(text, '/eth@2000')).toMatchObject({
    does: 'yes',
    iommus: [
      { path: '/smmu', isEnabled: true, cells: [0x874, 0] },
      { path: '/smmu-off', isEnabled: false, cells: [5] },
    ],
  })
})

it('reads the streams of the functions of a bridge', () => {
  const text = `${SMMU} pcie@2000 { device_type = "pci"; reg = <0 0x2000 0 0x1000>; iommu-map = <0 &smmu 0x100 0x10>, <0x100 0x999 0 1>; };`
  expect(dma(text, '/pcie@2000')).toMatchObject({
    does: 'yes',
    functions: [{ path: '/smmu', isEnabled: true, requester: 0, stream: 0x100, count: 0x10 }],
  })
})

const inBus = (bus: string, device = ''): DeviceDma =>
  dma(
    `soc { #address-cells = <2>; #size-cells = <2>; ranges; ${bus} eth@2000 { reg = <0 0x2000 0 0x1000>; ${device} }; };`,
    '/soc/eth@2000',
  )

it('is coherent by a bus above, unless it says otherwise', () => {
  expect(inBus('').coherent).toBe(false)
  expect(inBus('dma-coherent;').coherent).toBe(true)
  expect(inBus('dma-coherent;', 'dma-noncoherent;').coherent).toBe(false)
})

it('is translated by dma-ranges that move addresses, or that cannot be read', () => {
  expect(inBus('').translated).toBe(false)
  expect(inBus('dma-ranges;').translated).toBe(false)
  expect(inBus('dma-ranges = <0 0x4000 0 0x4000 0 0x1000>;').translated).toBe(false)
  expect(inBus('dma-ranges = <0 0xc0000000 0 0 0 0x1000>;').translated).toBe(true)
  expect(inBus('dma-ranges = <1>;').translated).toBe(true)
})

it('looks at the own dma-ranges of a bridge, without the kind of space', () => {
  const bridge = (ranges: string): DeviceDma =>
    dma(
      `pcie@2000 { device_type = "pci"; #address-cells = <3>; #size-cells = <2>; reg = <0 0x2000 0 0x1000>; dma-ranges = <${ranges}>; };`,
      '/pcie@2000',
    )
  expect(bridge('0x42000000 0 0x1000 0 0x1000 0 0x1000').translated).toBe(false)
  expect(bridge('0x42000000 4 0 0 0 0 0x1000').translated).toBe(true)
})
