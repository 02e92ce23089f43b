/** What firmware or the host's kernel has set up, and the guest uses as it finds it: power domains, resets, pins. */
import { type DtNode, propertyNamed } from '../../devicetree/model.ts'
import { specifiersOf } from '../../devicetree/readings/phandle-list.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { cellsOf, stringList } from '../../devicetree/readings/values.ts'
import type { Choice } from '../closure.ts'
import type { Circumstances, Dependency } from './dependency.ts'

interface Kind {
  readonly property: string
  readonly names: string
  readonly cells: string
  /** Completes `the guest finds …`. */
  readonly found: string
}

const KINDS: readonly Kind[] = [
  {
    property: 'power-domains',
    names: 'power-domain-names',
    cells: '#power-domain-cells',
    found: 'its power domain on or off, as firmware left it',
  },
  {
    property: 'resets',
    names: 'reset-names',
    cells: '#reset-cells',
    found: 'it in or out of reset, as firmware left it',
  },
]

const PINCTRL = /^pinctrl-[0-9]+$/

/** All of them go. */
export const asFirmwareLeft: Dependency = (node, _place, circumstances) => {
  const pins = node.properties.flatMap(({ name }) => (PINCTRL.test(name) ? [name] : []))
  return {
    remove: [...KINDS.flatMap(({ property, names }) => [property, names]), ...pins, 'pinctrl-names'],
    choices: choicesOf(node, circumstances, ''),
  }
}

/** The same, and clocks, of the buses above the device, which the guest does not have either. */
export function ofGlue(place: Place, circumstances: Circumstances): readonly Choice[] {
  const choices: Choice[] = []
  for (let up = place.parent; up?.parent; up = up.parent) {
    const of = ` of ${up.path}, a bus above it`
    choices.push(...choicesOf(up.node, circumstances, of))
    for (const { provider } of specifiersOf(circumstances.index, up.node, 'clocks', '#clock-cells'))
      choices.push(left('clocks', provider.path, `clocks${of} run or not, as firmware left them`))
  }
  return choices
}

function choicesOf(node: DtNode, { index }: Circumstances, of: string): readonly Choice[] {
  const kinds = KINDS.flatMap(({ property, cells, found }) =>
    providersOf(index, node, property, cells).map((path) =>
      left(property, path, `${property}${of}: the guest finds ${found}`),
    ),
  )
  const pins = providersOfPins(index, node).map((path) => left('pinctrl', path, `pins${of} stay as firmware left them`))
  return [...kinds, ...pins]
}

const left = (dependency: string, provider: string, what: string): Choice => ({
  dependency,
  fate: 'dropped',
  provider,
  what,
  weight: 'note',
})

const providersOf = (index: TreeIndex, node: DtNode, property: string, cells: string): readonly string[] =>
  distinct(specifiersOf(index, node, property, cells).map(({ provider }) => provider.path))

/** The pin controllers: above the groups of pins that `pinctrl-0` … name. */
function providersOfPins(index: TreeIndex, node: DtNode): readonly string[] {
  if (!stringList(propertyNamed(node, 'pinctrl-names'))) return []
  const groups = node.properties
    .filter(({ name }) => PINCTRL.test(name))
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
