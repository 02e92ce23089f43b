/** How a device reaches memory by itself. */
import { hasProperty, propertyNamed } from '../../devicetree/model.ts'
import { doesDma } from '../../devicetree/readings/dma.ts'
import { baseName, compatibles, isAvailable } from '../../devicetree/readings/node.ts'
import { specifiersOf } from '../../devicetree/readings/phandle-list.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { cellsOf, u32 } from '../../devicetree/readings/values.ts'
import { driverOf } from '../../iommu/driver.ts'
import { streamKeeping } from '../../xen/iommu.ts'
import { MASTER } from '../../xen/releases.ts'
import type { DeviceDma, FunctionStreams, IommuOfDevice } from '../host-device.ts'
import { translationOf } from './dma-windows.ts'

export const dmaOf = (index: TreeIndex, place: Place): DeviceDma => ({
  does: doesDma(place.node) || hasProperty(place.node, 'iommu-map') ? 'yes' : kindOf(place),
  coherent: isCoherent(place),
  iommus: iommusOf(index, place),
  functions: functionsOf(index, place),
  ...translationOf(place),
})

/** Generic names (Devicetree Specification 0.4 §2.2.2) of devices that are only registers, or that a DMA controller elsewhere serves. */
const REGISTERS_ONLY: ReadonlySet<string> = new Set([
  ...['adc', 'clock', 'clock-controller', 'counter', 'eeprom', 'efuse', 'fuse', 'gpio', 'hwspinlock', 'i2c', 'i3c'],
  ...[
    'interrupt-controller',
    'keypad',
    'kbd',
    'keyboard',
    'mailbox',
    'msi-controller',
    'nvmem',
    'otp',
    'phy',
    'usb-phy',
  ],
  ...['pinctrl', 'pinmux', 'pl011', 'pl031', 'pl061', 'poweroff', 'pwm', 'regulator', 'reset-controller', 'rng', 'rtc'],
  ...['serial', 'spi', 'syscon', 'temperature-sensor', 'thermal', 'thermal-sensor', 'timer', 'tmu', 'tsadc', 'uart'],
  ...['watchdog', 'wdt'],
])

/** Serial engines of Qualcomm have a DMA engine of their own (drivers/soc/qcom/qcom-geni-se.c of Linux), whatever they are called. */
const OWN_ENGINE = /^qcom,geni-/

const kindOf = ({ node }: Place): DeviceDma['does'] =>
  REGISTERS_ONLY.has(baseName(node)) && !compatibles(node).some((name) => OWN_ENGINE.test(name)) ? 'no' : 'possible'

/** The nearest of the node and the buses above it that says so or says the opposite. */
function isCoherent(place: Place): boolean {
  for (let up: Place | undefined = place; up; up = up.parent) {
    if (hasProperty(up.node, 'dma-coherent')) return true
    if (hasProperty(up.node, 'dma-noncoherent')) return false
  }
  return false
}

const iommusOf = (index: TreeIndex, place: Place): readonly IommuOfDevice[] =>
  specifiersOf(index, place.node, 'iommus', '#iommu-cells').map(({ provider, cells }) => ({
    ...iommuAt(provider),
    cells,
  }))

const iommuAt = ({ path, node }: Place): Omit<IommuOfDevice, 'cells'> => ({
  path,
  isEnabled: isAvailable(node),
  keeping: streamKeeping(driverOf(node, MASTER.judgedAs) ?? ''),
  commonMask: u32(propertyNamed(node, 'stream-match-mask')) ?? 0,
})

const MAP_CELLS = 4

/** Entries of `iommu-map` (Linux Documentation/devicetree/bindings/pci/pci-iommu.txt); what names no node is left out. */
function functionsOf(index: TreeIndex, place: Place): readonly FunctionStreams[] {
  const cells = cellsOf(propertyNamed(place.node, 'iommu-map')) ?? []
  const mask = u32(propertyNamed(place.node, 'iommu-map-mask')) ?? 0xffff_ffff
  const entries: FunctionStreams[] = []
  for (let at = 0; at + MAP_CELLS <= cells.length; at += MAP_CELLS) {
    const [requester = 0, phandle = 0, stream = 0, count = 0] = cells.slice(at, at + MAP_CELLS)
    const iommu = index.byPhandle(phandle)
    if (!iommu) continue
    const width = u32(propertyNamed(iommu.node, '#iommu-cells')) ?? 1
    entries.push({ ...iommuAt(iommu), width, mask, requester, stream, count })
  }
  return entries
}
