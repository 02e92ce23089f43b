/** What the manifest has go with a device. */

import { propertyNamed } from '../../devicetree/model.ts'
import { isCompatible } from '../../devicetree/readings/node.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import type { Obstacle, Wishes } from '../closure.ts'
import { isBelow } from '../host/below.ts'
import { placeNamed } from '../host/find-place.ts'
import type { HostDevice } from '../host-device.ts'

export interface Included {
  readonly places: readonly Place[]
  readonly obstacles: readonly Obstacle[]
}

/** The nodes that `include` names, in its order; what cannot go along is reported. One below another, or below the device, goes with that. */
export function includedPlaces(index: TreeIndex, device: HostDevice, { include }: Wishes): Included {
  const places: Place[] = []
  const obstacles: Obstacle[] = []
  for (const name of include) {
    const found = placeNamed(index, name)
    if (found.ok) places.push(found.value)
    else obstacles.push(missing(name, found.reason))
  }
  const tops = places.filter((place) => !places.some((other) => isBelow(place, other)))
  const useful = tops.filter((place) => place !== device.place && !isBelow(place, device.place))
  return {
    places: useful.filter((place) => !busOf(place, device.place)),
    obstacles: [...obstacles, ...useful.flatMap((place) => needsBus(place, busOf(place, device.place)))],
  }
}

const missing = (name: string, reason: string): Obstacle => ({
  code: 'DEV-004',
  message: `include names '${name}': ${reason}`,
  help: 'name a node of the host by its full path, an alias or a label',
})

/** The controller that a node without addresses of its own works through; `undefined`: it stands by itself. */
function busOf(place: Place, device: Place): Place | undefined {
  for (let up = place.parent; up?.parent && up !== device; up = up.parent) {
    if (isPlainBus(up)) continue
    return propertyNamed(place.node, 'reg') && propertyNamed(up.node, 'ranges') ? undefined : up
  }
  return undefined
}

const isPlainBus = ({ node }: Place): boolean => !propertyNamed(node, 'compatible') || isCompatible(node, 'simple-bus')

const needsBus = (place: Place, bus: Place | undefined): readonly Obstacle[] =>
  bus
    ? [
        {
          code: 'DEV-004',
          message: `include names ${place.path}, which works through ${bus.path}`,
          help: `include ${bus.path}, with all that is below it`,
        },
      ]
    : []
