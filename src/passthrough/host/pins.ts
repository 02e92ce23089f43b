/** Interrupts that others bring to a device: pins of the slots of a bridge, and of what sits in them. */
import { hasProperty } from '../../devicetree/model.ts'
import { mapTargets } from '../../devicetree/readings/interrupt-map.ts'
import type { InterruptSpecifier } from '../../devicetree/readings/interrupt-specifier.ts'
import { arrivalsOf } from '../../devicetree/readings/interrupts.ts'
import { isAvailable } from '../../devicetree/readings/node.ts'
import { type Reading, read, unread } from '../../devicetree/readings/reading.ts'
import { isPciBus } from '../../devicetree/readings/translate.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { isBelow } from './below.ts'

/**
 * Where the maps of `device`, and of the ports below a PCI bridge, lead to. What ends at a controller below the device arrives with that one's own
 * interrupts, which count once.
 */
export function pinsOf(index: TreeIndex, device: Place): readonly Reading<InterruptSpecifier>[] {
  const inside = new Set<Place>()
  const outside = mapsOf(index, device).flatMap((nexus): readonly Reading<InterruptSpecifier>[] => {
    const targets = mapTargets(index, nexus)
    if (!targets.ok) return [targets]
    return targets.value.flatMap((target) => {
      if (!isBelow(target.controller, device)) return [read(target)]
      inside.add(target.controller)
      return []
    })
  })
  return [...outside, ...[...inside].flatMap((controller) => ownOf(index, controller))]
}

const mapsOf = (index: TreeIndex, device: Place): readonly Place[] => [
  ...(hasProperty(device.node, 'interrupt-map') ? [device] : []),
  ...(isPciBus(device.node)
    ? index
        .children(device)
        .filter(({ node }) => isAvailable(node))
        .flatMap((port) => mapsOf(index, port))
    : []),
]

function ownOf(index: TreeIndex, controller: Place): readonly Reading<InterruptSpecifier>[] {
  const own = arrivalsOf(index, controller)
  return own.ok ? own.value : [unread(own.reason)]
}
