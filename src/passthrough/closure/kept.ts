/** Which nodes of the host the guest gets for a device. */
import { isAvailable, isCompatible } from '../../devicetree/readings/node.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import type { Wishes } from '../closure.ts'

/** Every node with what is enabled below it, without what the manifest drops by its path, and without tables of operating points, which no guest sets. */
export function keptPlaces(index: TreeIndex, tops: readonly Place[], wishes: Wishes): ReadonlySet<Place> {
  const dropped = new Set(wishes.drop)
  const kept = new Set<Place>()
  const keep = (place: Place): void => {
    kept.add(place)
    for (const child of index.children(place)) if (isWanted(child) && !dropped.has(child.path)) keep(child)
  }
  tops.forEach(keep)
  return kept
}

const isWanted = ({ node }: Place): boolean => isAvailable(node) && !isCompatible(node, 'operating-points-v2')
