/** Devices that read and write memory and have no IOMMU before them: Xen lets none of their accesses through once one is enabled that they sit behind. */
import { hasProperty } from '../devicetree/model.ts'
import { baseName } from '../devicetree/readings/node.ts'
import type { Place, TreeIndex } from '../devicetree/readings/tree-index.ts'
import { dmaOf } from './host/dma.ts'
import { spansOf } from './host/spans.ts'
import { enabledPlaces } from './reverse-references.ts'

/** Generic names (Devicetree Specification 0.4 §2.2.2) of devices that mostly do. */
const MASTERS: ReadonlySet<string> = new Set([
  ...['crypto', 'display', 'display-controller', 'dma', 'dma-controller', 'dma-engine', 'dp', 'ethernet', 'gpu'],
  ...[
    'hdmi',
    'i2s',
    'mmc',
    'nand',
    'nand-controller',
    'pci',
    'pcie',
    'pcie-ep',
    'sata',
    'sdhci',
    'sdio',
    'spdif',
    'ufs',
  ],
  ...['ufshc', 'usb', 'vdec', 'venc', 'video', 'video-codec', 'virtio_mmio', 'vpu', 'wifi', 'xhci'],
])

/**
 * Enabled ones, in the order of the tree. `iommus` of a bus above counts for what is on it, and that of a device below for its wrapper: SoCs put
 * registers of their own around a USB controller, which does the DMA of both.
 */
export function mastersWithoutIommu(index: TreeIndex): readonly Place[] {
  const enabled = enabledPlaces(index)
  const wrappers = new Set(enabled.filter(namesIommu).flatMap(parentsOf))
  return enabled.filter(
    (place) => isMaster(index, place) && !hasIommu(place) && !wrappers.has(place) && spansOf(place).ok,
  )
}

const isMaster = (index: TreeIndex, place: Place): boolean =>
  MASTERS.has(baseName(place.node)) || dmaOf(index, place).does === 'yes'

const hasIommu = (place: Place): boolean => [place, ...parentsOf(place)].some(namesIommu)

const namesIommu = ({ node }: Place): boolean => hasProperty(node, 'iommus') || hasProperty(node, 'iommu-map')

function parentsOf({ parent }: Place): readonly Place[] {
  return parent ? [parent, ...parentsOf(parent)] : []
}
