/** Nodes of the host by where they stand. */
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'

export function isBelow(place: Place, above: Place): boolean {
  for (let up = place.parent; up; up = up.parent) if (up === above) return true
  return false
}

/** Every node below `top`, whatever its status, each before those below it. */
export const placesBelow = (index: TreeIndex, top: Place): readonly Place[] =>
  index.children(top).flatMap((child) => [child, ...placesBelow(index, child)])
