/** Whether what the manifest says of a device is about something that is there. */
import { type DtNode, hasProperty, propertyNamed } from '../../devicetree/model.ts'
import { specifiersOf } from '../../devicetree/readings/phandle-list.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { stringList } from '../../devicetree/readings/values.ts'
import type { Choice, Obstacle, Wishes } from '../closure.ts'
import { isBelow } from '../host/below.ts'

/** What domforge says of a device whatever the host's node says, so that nothing is dropped. */
const WRITTEN: ReadonlySet<string> = new Set([
  ...['reg', 'ranges', 'interrupts', 'interrupts-extended', 'interrupt-parent', 'interrupt-map', 'phandle'],
])

/** The nodes that a guest gets, and what is said of what they miss. */
interface Outcome {
  /** The device and what is included, each with what is below it. */
  readonly tops: readonly Place[]
  readonly kept: ReadonlySet<Place>
  readonly choices: readonly Choice[]
}

/**
 * A name that no node of the guest's has, or a path that leads to none, is a mistake: it would have no effect. The name of something that is missed
 * says that the guest can do without.
 */
export function checkWishes(index: TreeIndex, outcome: Outcome, { drop, clocks }: Wishes): readonly Obstacle[] {
  const { tops, kept, choices } = outcome
  const nodes = [...kept].map(({ node }) => node)
  const missed = new Set(choices.flatMap(({ dependency, weight }) => (weight === 'warning' ? [dependency] : [])))
  const keys = new Set(nodes.flatMap((node) => clockKeys(index, node)))
  return [
    ...drop.flatMap((name, at) => {
      const why = name.startsWith('/') ? whyNoNode(index, tops, name) : whyNoProperty(nodes, name)
      return why === undefined || missed.has(name)
        ? []
        : [refused(['drop', String(at)], `drop names '${name}', ${why}`, OF_DROP)]
    }),
    ...[...clocks.keys()].flatMap((key) =>
      keys.has(key)
        ? []
        : [
            refused(
              ['clocks', key],
              `clocks names '${key}', which the device does not have`,
              keys.size === 0 ? 'it has no clocks' : `it has ${[...keys].join(', ')}`,
            ),
          ],
    ),
  ]
}

const OF_DROP = 'name a property of its node or of one below it, or the full path of a node below it'

function whyNoNode(index: TreeIndex, tops: readonly Place[], path: string): string | undefined {
  const place = index.at(path)
  if (!place) return 'which the device does not have'
  return tops.some((top) => isBelow(place, top)) ? undefined : 'which is not below the device'
}

const whyNoProperty = (nodes: readonly DtNode[], name: string): string | undefined =>
  WRITTEN.has(name)
    ? 'which domforge writes itself'
    : nodes.some((node) => hasProperty(node, name))
      ? undefined
      : 'which the device does not have'

const refused = (by: NonNullable<Obstacle['by']>, message: string, help: string): Obstacle => ({
  code: 'DEV-004',
  message,
  help,
  by,
})

/** What the manifest may call a clock: its name, or its index from 0. */
function clockKeys(index: TreeIndex, node: DtNode): readonly string[] {
  const names = stringList(propertyNamed(node, 'clock-names')) ?? []
  return specifiersOf(index, node, 'clocks', '#clock-cells').flatMap(({ index: at }) => [
    ...(names[at] ? [names[at]] : []),
    String(at),
  ])
}
