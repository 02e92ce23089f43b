/** Whether what the manifest says of a device is about something that is there. */
import { type DtNode, hasProperty, propertyNamed } from '../../devicetree/model.ts'
import { specifiersOf } from '../../devicetree/readings/phandle-list.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { stringList } from '../../devicetree/readings/values.ts'
import type { Obstacle, Wishes } from '../closure.ts'

/** A name that no node of the guest's has, or a path that leads to none, is a mistake: it would have no effect. */
export function checkWishes(index: TreeIndex, kept: ReadonlySet<Place>, { drop, clocks }: Wishes): readonly Obstacle[] {
  const nodes = [...kept].map(({ node }) => node)
  const dropped = drop.filter((name) =>
    name.startsWith('/') ? !index.at(name) : !nodes.some((node) => hasProperty(node, name)),
  )
  const keys = new Set(nodes.flatMap((node) => clockKeys(index, node)))
  const unknown = [...clocks.keys()].filter((key) => !keys.has(key))
  return [
    ...dropped.map((name) => ({
      code: 'DEV-004' as const,
      message: `drop names '${name}', which the device does not have`,
      help: 'name a property of its node or of one below it, or the full path of a node below it',
    })),
    ...unknown.map((key) => ({
      code: 'DEV-004' as const,
      message: `clocks names '${key}', which the device does not have`,
      help: keys.size === 0 ? 'it has no clocks' : `it has ${[...keys].join(', ')}`,
    })),
  ]
}

/** What the manifest may call a clock: its name, or its index from 0. */
function clockKeys(index: TreeIndex, node: DtNode): readonly string[] {
  const names = stringList(propertyNamed(node, 'clock-names')) ?? []
  return specifiersOf(index, node, 'clocks', '#clock-cells').flatMap(({ index: at }) => [
    ...(names[at] ? [names[at]] : []),
    String(at),
  ])
}
