/** Who on the host needs a device that is given away: by phandle, through what is on its bus, and through each other. */
import type { Place, TreeIndex } from '../devicetree/readings/tree-index.ts'
import { isBelow } from './host/below.ts'
import { type Reference, referencesTo } from './reverse-references.ts'

/** A device of the host that loses something. */
export interface Consumer {
  readonly place: Place
  /** What leads to the device that is given away, from the consumer on: its own reference first, one into the device or below it last. */
  readonly through: readonly [Reference, ...Reference[]]
}

/**
 * Nodes that are no part of `given`, each once, the nearest first: those that name one of `given` or what is below it, then those that name these, or
 * what is below these, in turn. `given`: the nodes of a device, with those that come along.
 */
export function consumersOf(index: TreeIndex, given: ReadonlySet<Place>): readonly Consumer[] {
  const references = referencesTo(index)
  const found = new Map<Place, Consumer>()
  const queue: { readonly place: Place; readonly through: readonly Reference[] }[] = []
  const visited = new Set<Place>()
  const enter = (top: Place, through: readonly Reference[]): void => {
    for (const place of withAllBelow(index, top)) {
      if (visited.has(place)) continue
      visited.add(place)
      queue.push({ place, through })
    }
  }
  for (const place of given) enter(place, [])
  for (let at = 0; at < queue.length; at++) {
    const { place, through } = queue[at] ?? { through: [] }
    for (const reference of place ? (references.get(place) ?? []) : []) {
      const device = deviceOf(reference.from)
      if (visited.has(device) || isOneOf(device, given)) continue
      const way = [reference, ...through] as const
      found.set(device, { place: device, through: way })
      enter(device, way)
    }
  }
  return [...found.values()]
}

function* withAllBelow(index: TreeIndex, place: Place): Generator<Place> {
  yield place
  for (const child of index.children(place)) yield* withAllBelow(index, child)
}

const isOneOf = (place: Place, given: ReadonlySet<Place>): boolean =>
  given.has(place) || [...given].some((own) => isBelow(place, own))

/** The nearest node that a driver takes: one with `compatible`. */
function deviceOf(place: Place): Place {
  for (let up: Place | undefined = place; up?.parent; up = up.parent)
    if (up.node.properties.some(({ name }) => name === 'compatible')) return up
  return place
}

/** For people, the consumer and what it names: `/mmc@1000 (vmmc-supply: /regulator-sd)`; of one that names the given device, no more than the property. */
export const briefWayOf = ({ through: [{ from, property, to }, ...more] }: Consumer): string =>
  `${from.path} (${property}${more.length === 0 ? '' : `: ${to.path}`})`

/** For people, from the device that is given away on: `/regulator-sd (gpio), which in turn is needed by /mmc@1000 (vmmc-supply)`. */
export const wayOf = ({ through }: Consumer): string =>
  through
    .toReversed()
    .map(({ from, property }) => `${from.path} (${property})`)
    .join(', which in turn is needed by ')
