/**
 * Clocks, power domains and resets that firmware runs, and that one domain controls through calls to it (SCMI over SMC, from Xen 4.21 on): Xen forwards
 * the calls, and what they are about lies in memory that the domain shares with the firmware (docs/hypervisor-guide/arm/firmware/arm-scmi.rst).
 */
import { cells, node, phandleOf, property, text } from '../devicetree/build.ts'
import { removeProperty, setProperty } from '../devicetree/edit.ts'
import { type DtNode, hasProperty } from '../devicetree/model.ts'
import { compatibles, isAvailable, phandleOfNode } from '../devicetree/readings/node.ts'
import { specifiersOf } from '../devicetree/readings/phandle-list.ts'
import { type Reading, read, unread } from '../devicetree/readings/reading.ts'
import type { Place, TreeIndex } from '../devicetree/readings/tree-index.ts'
import { labelOf } from './closure/label.ts'

export interface Scmi {
  /** The firmware's node on the host. */
  readonly place: Place
  /** Its memory, each once, in the order of `shmem`. */
  readonly memory: readonly Place[]
}

const COMPATIBLE = 'arm,scmi-smc'

/** The firmware that Xen forwards calls to: the first such node that may be used. No reading: there is none, or not all of it can be told. */
export function scmiOf(index: TreeIndex): Reading<Scmi> {
  const place = index.places.find(({ node: own }) => compatibles(own).includes(COMPATIBLE) && isAvailable(own))
  if (!place) return unread(`the board's tree has no enabled node compatible with ${COMPATIBLE}`)
  if (!hasProperty(place.node, 'arm,smc-id')) return unread(`${place.path} has no arm,smc-id`)
  const named = partsOf(index, place).flatMap(({ node: own }) => specifiersOf(index, own, 'shmem', NO_CELLS))
  const memory = [...new Set(named.map(({ provider }) => provider))]
  return memory.length === 0 ? unread(`${place.path} names no memory (shmem)`) : read({ place, memory })
}

/** `shmem` is a list of phandles alone. */
const NO_CELLS = ''

/** The firmware's node and what is enabled below it, such as `protocol@14`: providers of clocks, power domains and resets. */
export function partsOf(index: TreeIndex, place: Place): readonly Place[] {
  const below = index.children(place).filter(({ node: own }) => isAvailable(own))
  return [place, ...below.flatMap((child) => partsOf(index, child))]
}

/** Of interrupts that the firmware sends, which Xen routes to no domain, and of settings that the host's kernel makes. */
const LEFT = [
  ...['interrupts', 'interrupts-extended', 'interrupt-names', 'interrupt-parent', 'phandle', 'linux,phandle'],
  ...['assigned-clocks', 'assigned-clock-parents', 'assigned-clock-rates'],
]

/**
 * `/firmware` as the guest has it below `/passthrough`, which is all of a partial tree that Xen and xl copy: a bus, so that Linux looks into it.
 * What refers to its parts, and its own `shmem`, go by `labelOf`.
 */
export const firmwareNode = (index: TreeIndex, { place }: Scmi): DtNode =>
  node('firmware', {
    properties: [property('compatible', [text('simple-mfd')])],
    children: [guestPart(index, place)],
  })

function guestPart(index: TreeIndex, place: Place): DtNode {
  const { node: own } = place
  const left = LEFT.reduce(removeProperty, own)
  const shmem = specifiersOf(index, own, 'shmem', NO_CELLS).map(({ provider }) =>
    cells([phandleOf({ label: labelOf(provider) })]),
  )
  const children = index.children(place).filter((child) => isAvailable(child.node))
  return {
    ...(shmem.length > 0 ? setProperty(left, property('shmem', shmem)) : left),
    labels: phandleOfNode(own) === undefined ? [] : [labelOf(place)],
    children: children.map((child) => guestPart(index, child)),
  }
}

/** Which of the firmware's clocks, power domains and resets `own` names: `clocks of /firmware/scmi/protocol@14`. */
export function needsOf(index: TreeIndex, scmi: Scmi, own: DtNode): readonly string[] {
  const parts = new Set(partsOf(index, scmi.place))
  return CONSUMED.flatMap(([name, width]) => {
    const used = specifiersOf(index, own, name, width).filter(({ provider }) => parts.has(provider))
    return [...new Set(used.map(({ provider }) => `${name} of ${provider.path}`))]
  })
}

const CONSUMED = [
  ['clocks', '#clock-cells'],
  ['power-domains', '#power-domain-cells'],
  ['resets', '#reset-cells'],
] as const
