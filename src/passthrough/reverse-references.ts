/** Who of a tree names whom: made once per tree, since every device asks. */
import { namedInterrupts } from '../devicetree/readings/interrupts.ts'
import { isAvailable } from '../devicetree/readings/node.ts'
import type { Place, TreeIndex } from '../devicetree/readings/tree-index.ts'
import { referencesOf } from './closure/references.ts'

/** A node that works with another one. */
export interface Reference {
  readonly from: Place
  readonly to: Place
  /** The property that names it; `interrupts` also where the parent is inherited. */
  readonly property: string
}

const known = new WeakMap<TreeIndex, ReadonlyMap<Place, readonly Reference[]>>()

/** References to each node, from nodes that are enabled with all that is above them, in the order of the tree. */
export function referencesTo(index: TreeIndex): ReadonlyMap<Place, readonly Reference[]> {
  const before = known.get(index)
  if (before) return before
  const all = new Map<Place, Reference[]>()
  const add = (reference: Reference): void => {
    const list = all.get(reference.to)
    if (list) list.push(reference)
    else all.set(reference.to, [reference])
  }
  for (const from of enabledPlaces(index)) for (const reference of referencesFrom(index, from)) add(reference)
  known.set(index, all)
  return all
}

/** Every node that is enabled with all that is above it. */
export function enabledPlaces(index: TreeIndex): readonly Place[] {
  const off = new Set<Place>()
  return index.places.filter((place) => {
    const isOff = !isAvailable(place.node) || (place.parent !== undefined && off.has(place.parent))
    if (isOff) off.add(place)
    return !isOff
  })
}

/** Do not make a device fail that does without, or say only who is beside it. */
const SOFT: ReadonlySet<string> = new Set([
  ...[
    'interrupt-parent',
    'remote-endpoint',
    'thermal-sensors',
    'cooling-device',
    'operating-points-v2',
    'required-opps',
  ],
  ...['interrupt-affinity', 'cpus', 'next-level-cache', 'wakeup-parent', 'memory-region'],
])

function* referencesFrom(index: TreeIndex, from: Place): Generator<Reference> {
  for (const { name } of from.node.properties)
    if (!SOFT.has(name) && name !== 'interrupts-extended')
      for (const { provider } of referencesOf(index, from.node, name) ?? [])
        yield { from, to: provider, property: name }
  const interrupts = namedInterrupts(index, from)
  if (!interrupts.ok) return
  for (const controller of new Set(interrupts.value.map((one) => one.controller)))
    yield { from, to: controller, property: 'interrupts' }
}
