/** What firmware or the host's kernel has set up, and the guest uses as it finds it: power domains, resets, pins. */
import { type DtNode, propertyNamed } from '../../devicetree/model.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { cellsOf, stringList } from '../../devicetree/readings/values.ts'
import type { Choice } from '../closure.ts'
import type { Circumstances, Dependency } from './dependency.ts'
import { isPinctrl, providersOf } from './references.ts'

interface Kind {
  readonly property: string
  readonly names: string
  /** A clause. */
  readonly found: string
}

const KINDS: readonly Kind[] = [
  {
    property: 'power-domains',
    names: 'power-domain-names',
    found: 'its power domain stays on or off, as firmware left it',
  },
  {
    property: 'resets',
    names: 'reset-names',
    found: 'it stays in or out of reset, as firmware left it',
  },
]

/** All of them go. */
export const asFirmwareLeft: Dependency = (node, _place, circumstances) => {
  const pins = node.properties.flatMap(({ name }) => (isPinctrl(name) ? [name] : []))
  return {
    remove: [...KINDS.flatMap(({ property, names }) => [property, names]), ...pins, 'pinctrl-names'],
    choices: asLeft(node, circumstances, ''),
  }
}

/** What is told of them; `of` stands before, and says of which bus above, of which the guest has nothing. */
export function asLeft(node: DtNode, { index }: Circumstances, of: string): readonly Choice[] {
  const kinds = KINDS.flatMap(({ property, found }) =>
    providersOf(index, node, property).map((path) => left(property, path, `${of}${found}`)),
  )
  const pins = providersOfPins(index, node).map((path) =>
    left('pinctrl', path, `${of}its pins stay as firmware left them`),
  )
  return [...kinds, ...pins]
}

const left = (dependency: string, provider: string, what: string): Choice => ({
  dependency,
  fate: 'dropped',
  provider,
  what,
  weight: 'note',
})

/** The pin controllers: above the groups of pins that `pinctrl-0` … name. */
function providersOfPins(index: TreeIndex, node: DtNode): readonly string[] {
  if (!stringList(propertyNamed(node, 'pinctrl-names'))) return []
  const groups = node.properties
    .filter(({ name }) => isPinctrl(name))
    .flatMap((property) => cellsOf(property) ?? [])
    .flatMap((phandle) => index.byPhandle(phandle) ?? [])
  return distinct(groups.map((group) => controllerOf(group).path))
}

function controllerOf(group: Place): Place {
  for (let up: Place | undefined = group; up?.parent; up = up.parent)
    if (propertyNamed(up.node, 'compatible')) return up
  return group
}

const distinct = (paths: readonly string[]): readonly string[] => [...new Set(paths)]
