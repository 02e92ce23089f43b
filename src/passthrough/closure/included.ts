/** What the manifest has go with a device. */

import { propertyNamed } from '../../devicetree/model.ts'
import { baseName, isCompatible } from '../../devicetree/readings/node.ts'
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
  const found = include.map((name, at) => {
    const place = placeNamed(index, name)
    const why = place.ok ? whyNot(place.value, device.place) : place.reason
    return place.ok && why === undefined
      ? { place: place.value, at }
      : refused(
          at,
          place.ok ? `include names ${place.value.path}, ${why}` : `include names '${name}': ${why}`,
          OF_INCLUDE,
        )
  })
  const all = found.flatMap((own) => ('place' in own ? [own] : []))
  const useful = all.filter(
    ({ place }) =>
      !all.some((other) => isBelow(place, other.place)) && place !== device.place && !isBelow(place, device.place),
  )
  return {
    places: useful.flatMap(({ place }) => (busOf(place, device.place) ? [] : [place])),
    obstacles: [
      ...found.flatMap((own) => ('place' in own ? [] : [own])),
      ...useful.flatMap(({ place, at }) => needsBus(at, place, busOf(place, device.place))),
    ],
  }
}

const OF_INCLUDE = 'name a device or another node of the host by its full path, an alias or a label'

/** What stands below the root alone, where systems look for it by its name (Devicetree Specification 0.4 §3). */
const OF_ROOT: ReadonlySet<string> = new Set(['aliases', 'chosen', 'cpus', 'memory', 'reserved-memory', '__symbols__'])

function whyNot(place: Place, device: Place): string | undefined {
  if (isBelow(device, place) && !propertyNamed(place.node, 'reg')) return 'and with it every device that is on it'
  const top = isBelow(place, device) ? undefined : topOf(place)
  return top && OF_ROOT.has(baseName(top.node)) ? 'which a guest has of its own or not at all' : undefined
}

/** The node below the root that it is, or is below. */
const topOf = (place: Place): Place => (place.parent?.parent ? topOf(place.parent) : place)

const refused = (at: number, message: string, help: string): Obstacle => ({
  code: 'DEV-004',
  message,
  help,
  by: ['include', String(at)],
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

const needsBus = (at: number, place: Place, bus: Place | undefined): readonly Obstacle[] =>
  bus
    ? [
        refused(
          at,
          `include names ${place.path}, which works through ${bus.path}`,
          `include ${bus.path}, with all that is below it`,
        ),
      ]
    : []
