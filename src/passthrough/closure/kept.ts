/** Which nodes of the host the guest gets for a device. */
import { isAvailable } from '../../devicetree/readings/node.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import type { Wishes } from '../closure.ts'

/** The device and what is enabled below it, without what the manifest drops by its path. */
export function keptPlaces(index: TreeIndex, device: Place, wishes: Wishes): ReadonlySet<Place> {
  const dropped = new Set(wishes.drop)
  const kept = new Set<Place>()
  const keep = (place: Place): void => {
    kept.add(place)
    for (const child of index.children(place)) if (isAvailable(child.node) && !dropped.has(child.path)) keep(child)
  }
  keep(device)
  return kept
}
