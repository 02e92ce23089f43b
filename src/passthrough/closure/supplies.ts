/** Supplies: a regulator that is always the same goes with the device, others stay as the host left them. */
import { cells, phandleOf, property } from '../../devicetree/build.ts'
import { type DtNode, hasProperty, propertyNamed } from '../../devicetree/model.ts'
import { isCompatible, phandleOfNode } from '../../devicetree/readings/node.ts'
import type { Place } from '../../devicetree/readings/tree-index.ts'
import type { Choice } from '../closure.ts'
import type { Dependency } from './dependency.ts'
import { labelOf } from './label.ts'
import { isSupply, referencesOf } from './references.ts'

/** Consumers' side of Linux Documentation/devicetree/bindings/regulator/regulator.yaml. */
export const supplies: Dependency = (node, _place, { index }) => {
  const all = node.properties.flatMap(({ name }) => (isSupply(name) ? [name] : []))
  const fixed = all.flatMap((name) => {
    const [first] = referencesOf(index, node, name) ?? []
    return first && isFixed(first.provider) ? [{ name, provider: first.provider }] : []
  })
  const dropped = all.filter((name) => !fixed.some((own) => own.name === name))
  return {
    set: fixed.map(({ name, provider }) => property(name, [cells([phandleOf({ label: labelOf(provider) })])])),
    remove: dropped,
    beside: fixed.map(({ provider }) => copyOf(provider)),
    choices: [
      ...fixed.map(({ name, provider }) => copied(name, provider)),
      ...dropped.map((name) => droppedSupply(name, referencesOf(index, node, name)?.[0]?.provider.path)),
    ],
  }
}

const isFixed = ({ node }: Place): boolean => isCompatible(node, 'regulator-fixed')

/** What the guest may know of it; how it is switched is the host's. */
const OF_FIXED = ['compatible', 'regulator-name', 'regulator-min-microvolt', 'regulator-max-microvolt'] as const

/** Linux Documentation/devicetree/bindings/regulator/fixed-regulator.yaml. Its phandle on the host makes the name unique. */
const copyOf = (provider: Place): DtNode => ({
  name: `regulator-${phandleOfNode(provider.node)?.toString(16)}`,
  labels: [labelOf(provider)],
  properties: [
    ...OF_FIXED.flatMap((name) => propertyNamed(provider.node, name) ?? []),
    property('regulator-always-on', []),
  ],
  children: [],
})

const SWITCHES = ['gpio', 'gpios', 'vin-supply', 'enable-gpios'] as const

function copied(dependency: string, { node, path }: Place): Choice {
  const isSwitched = SWITCHES.some((name) => hasProperty(node, name))
  return {
    dependency,
    fate: 'copied',
    provider: path,
    what: isSwitched
      ? `a fixed voltage that the host switches: the guest sees it as always on`
      : 'a fixed voltage that is always on',
    weight: isSwitched ? 'warning' : 'note',
  }
}

const droppedSupply = (dependency: string, provider: string | undefined): Choice => ({
  dependency,
  fate: 'dropped',
  ...(provider === undefined ? {} : { provider }),
  what: 'the voltage stays as firmware or the host left it',
  weight: 'warning',
})
