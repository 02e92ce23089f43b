/** What belongs to the host's side of the device, and makes it faster or wider there: the guest's node does without. */
import { type DtNode, hasProperty } from '../../devicetree/model.ts'
import { baseName } from '../../devicetree/readings/node.ts'
import type { Choice } from '../closure.ts'
import type { Circumstances, Dependency } from './dependency.ts'
import { providersOf } from './references.ts'

interface Kind {
  readonly properties: readonly [string, ...string[]]
  readonly what: string
}

const KINDS: readonly Kind[] = [
  {
    properties: ['iommus'],
    what: "its IOMMU stays in the host's tree, where Xen sets it up for the device",
  },
  {
    properties: ['iommu-map', 'iommu-map-mask'],
    what: "the IOMMU of its functions stays in the host's tree, where Xen sets it up for them",
  },
  {
    properties: ['msi-parent', 'msi-map', 'msi-map-mask'],
    what: 'the guest has no controller for message-signalled interrupts: drivers use the lines',
  },
  { properties: ['dmas', 'dma-names'], what: 'the guest has no DMA controller: its driver does without' },
  {
    properties: ['interconnects', 'interconnect-names'],
    what: 'bandwidth of the interconnect is what firmware left',
  },
  {
    properties: ['operating-points-v2', 'operating-points', 'required-opps'],
    what: 'frequency and voltage stay as firmware left them',
  },
]

export const leftToHost: Dependency = (node, _place, circumstances) => {
  const found = KINDS.filter(({ properties }) => properties.some((name) => hasProperty(node, name)))
  return {
    remove: found.flatMap(({ properties }) => properties),
    choices: found.flatMap((kind) => choicesOf(kind, node, circumstances)),
  }
}

function choicesOf({ properties, what }: Kind, node: DtNode, { index }: Circumstances): readonly Choice[] {
  const [dependency] = properties
  const isMissed = dependency === 'dmas' && !COPYING.has(baseName(node))
  const choice: Choice = isMissed
    ? { dependency, fate: 'dropped', what: MISSED, weight: 'warning' }
    : { dependency, fate: 'dropped', what, weight: 'note' }
  const paths = providersOf(index, node, dependency)
  return paths.length === 0 ? [choice] : paths.map((provider) => ({ ...choice, provider }))
}

/** Their drivers in Linux do without a DMA controller. */
const COPYING: ReadonlySet<string> = new Set(['serial', 'spi', 'i2c', 'mmc', 'sd', 'sdhci'])

const MISSED = 'the guest has no DMA controller, and its driver may need one: include it, with all that it serves'
