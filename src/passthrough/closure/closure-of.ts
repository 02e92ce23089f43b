/** What a domain is given for one device: dependency by dependency. */
import { isDeepStrictEqual } from 'node:util'
import { property } from '../../devicetree/build.ts'
import { setProperty } from '../../devicetree/edit.ts'
import { hasProperty } from '../../devicetree/model.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import type { XenIommus } from '../../iommu/xen-iommus.ts'
import type { Choice, Closure, GivenNode, Wishes } from '../closure.ts'
import { hostDevice } from '../host/read-host-device.ts'
import type { HostDevice } from '../host-device.ts'
import { withFunctions } from './function-streams.ts'
import { ofGlue } from './glue.ts'
import { includedPlaces } from './included.ts'
import { lostInterrupts } from './interrupts.ts'
import { keptPlaces } from './kept.ts'
import { Making } from './making.ts'
import { checkWishes } from './wishes.ts'

/** Everything that the guest gets for `host`, with a word about each thing that it depends on; `index` and `xens` are of the host's tree. */
export function closureOf(index: TreeIndex, host: HostDevice, wishes: Wishes, xens: XenIommus): Closure {
  const { device, obstacles } = withFunctions(host, wishes, xens)
  const included = includedPlaces(index, device, wishes)
  const own = keptPlaces(index, [device.place, ...included.places], wishes)
  const others = otherDevices(index, device, own)
  const kept = new Set([...own, ...(wishes.provided ?? []).flatMap((path) => index.at(path) ?? [])])
  const circumstances = { index, device, wishes, kept, routed: routedTo([device, ...others]) }
  const making = new Making(circumstances, new Set([device, ...others].map(({ place }) => place)))
  const nodeOf = (given: HostDevice): GivenNode['node'] => {
    const node = making.device(given.place)
    return given.dma.coherent ? setProperty(node, property('dma-coherent', [])) : node
  }
  const node = nodeOf(device)
  const also = others.map((other) => ({ device: other, node: nodeOf(other) }))
  making.addBeside(included.places.filter((place) => !others.some((other) => other.place === place)))
  const choices = [
    ...making.choices,
    ...[device, ...others].flatMap(lostInterrupts),
    ...moved(device, others),
    ...ofGlue(device.place, circumstances),
  ]
  const tops = [device.place, ...included.places]
  return {
    device,
    node,
    beside: making.beside(),
    also,
    choices: choices.map((choice) =>
      wishes.drop.includes(choice.dependency) ? { ...choice, weight: 'note' } : choice,
    ),
    obstacles: [
      ...[...obstacles, ...included.obstacles, ...making.obstacles],
      ...checkWishes(index, { tops, kept: own, choices }, wishes),
    ],
  }
}

const routedTo = (devices: readonly HostDevice[]): ReadonlySet<string> =>
  new Set(
    devices.flatMap(({ interrupts }) =>
      interrupts.kind === 'stopped' ? [] : interrupts.atGic.map(({ cells }) => cells.join()),
    ),
  )

/** What of the nodes has registers of its own that a CPU reaches: below the device, then what is included. */
function otherDevices(index: TreeIndex, device: HostDevice, kept: ReadonlySet<Place>): readonly HostDevice[] {
  return [...kept].flatMap((place) => {
    if (place === device.place || !hasProperty(place.node, 'reg')) return []
    const other = hostDevice(index, device.gic?.path, place.path)
    return other.ok ? [other.value] : []
  })
}

/** What a device itself says as an address is moved for the guest as on the host, for one below it only by the same windows. */
const moved = (device: HostDevice, others: readonly HostDevice[]): readonly Choice[] => [
  ...(device.dma.windows.length > 0 ? [MOVED] : device.dma.translated ? [unmoved(device)] : []),
  ...others.filter(({ dma }) => dma.translated && !isDeepStrictEqual(dma.windows, device.dma.windows)).map(unmoved),
]

const MOVED: Choice = {
  dependency: 'dma-ranges',
  fate: 'copied',
  what: "a bus above it translates its DMA addresses, and so does a bus of the guest's tree",
  weight: 'note',
}

const unmoved = ({ place }: HostDevice): Choice => ({
  dependency: 'dma-ranges',
  fate: 'dropped',
  what: `a bus above ${place.path} translates its DMA addresses, and no bus of the guest's tree does: its DMA would miss the guest's RAM`,
  weight: 'warning',
})
