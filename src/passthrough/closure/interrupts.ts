/** Interrupts: those of the device are written anew from what `HostDevice` says; here is what of them, and of nodes below it, is lost. */
import { cells, phandleOf, property, text } from '../../devicetree/build.ts'
import { type Cell, type DtNode, type DtProperty, hasProperty, propertyNamed } from '../../devicetree/model.ts'
import { arrivalsOf, namedInterrupts } from '../../devicetree/readings/interrupts.ts'
import type { Place } from '../../devicetree/readings/tree-index.ts'
import { stringList } from '../../devicetree/readings/values.ts'
import { GIC_PHANDLE } from '../../xen/partial-tree.ts'
import type { Choice } from '../closure.ts'
import type { HostDevice } from '../host-device.ts'
import type { Circumstances, Dependency } from './dependency.ts'
import { endAtGic } from './interrupt-map.ts'
import { labelOf } from './label.ts'

/** Those of the device itself that it has to do without. */
export const lostInterrupts = ({ interrupts }: HostDevice): readonly Choice[] =>
  interrupts.kind === 'stopped'
    ? []
    : interrupts.lost.flatMap(({ index, name, why }) =>
        index === undefined
          ? []
          : [
              {
                dependency: 'interrupts',
                fate: 'dropped',
                what: `interrupt ${name ?? index} does not reach the guest: ${why}`,
                weight: 'warning',
              },
            ],
      )

/** An interrupt of a node as the guest has it; `undefined`: it has not. */
type End = { readonly controller: Place | 'gic'; readonly cells: readonly number[] } | undefined

/**
 * Of a node below a device that is none itself, such as a PHY or a controller of a bridge's pins: Xen routes nothing for it, but what ends at a controller
 * that the guest has stays, and at the GIC what the device is given anyhow.
 */
export const interruptsBelow: Dependency = (node, place, circumstances) => {
  if (!['interrupts', 'interrupts-extended'].some((name) => hasProperty(node, name))) return {}
  const ends = endsOf(place, circumstances)
  if (ends.length > 0 && ends.every((end) => end && end.controller !== 'gic')) return {}
  const left = ends.filter((end) => end !== undefined)
  const names = stringList(propertyNamed(node, 'interrupt-names')) ?? []
  const named = names.filter((_, at) => ends[at] !== undefined)
  return {
    remove: OWN,
    set: [
      ...interruptsAt(left),
      ...(named.length > 0 && left.length > 0
        ? [
            property(
              'interrupt-names',
              named.map((name) => text(name)),
            ),
          ]
        : []),
    ],
    choices: left.length < Math.max(ends.length, 1) ? [lost(node, place, circumstances)] : [],
  }
}

const OWN = ['interrupts', 'interrupts-extended', 'interrupt-names', 'interrupt-parent']

/** Each in its order; none where the host's properties cannot be read. */
function endsOf(place: Place, circumstances: Circumstances): readonly End[] {
  const { index, kept } = circumstances
  const named = namedInterrupts(index, place)
  const arrivals = arrivalsOf(index, place)
  if (!named.ok || !arrivals.ok) return []
  return named.value.map((own, at): End => {
    if (kept.has(own.controller)) return own
    const arrival = arrivals.value[at]
    const end = arrival && endAtGic(arrival, circumstances)
    return end?.ok ? { controller: 'gic', cells: end.value } : undefined
  })
}

/** By `interrupts` where all end at the GIC. */
function interruptsAt(ends: readonly NonNullable<End>[]): readonly DtProperty[] {
  if (ends.length === 0) return []
  if (ends.every(({ controller }) => controller === 'gic'))
    return [
      property('interrupt-parent', [cells([GIC_PHANDLE])]),
      property('interrupts', [cells(ends.flatMap((end) => end.cells))]),
    ]
  const phandle = ({ controller }: NonNullable<End>): number | Cell =>
    controller === 'gic' ? GIC_PHANDLE : phandleOf({ label: labelOf(controller) })
  return [
    property(
      'interrupts-extended',
      ends.map((end) => cells([phandle(end), ...end.cells])),
    ),
  ]
}

function lost(node: DtNode, place: Place, { index }: Circumstances): Choice {
  const named = namedInterrupts(index, place)
  const controllers = new Set(named.ok ? named.value.map(({ controller }) => controller) : [])
  const [parent] = controllers
  const isOne = parent !== undefined && controllers.size === 1 && !hasProperty(node, 'interrupts-extended')
  return {
    dependency: 'interrupts',
    fate: 'dropped',
    ...(isOne ? { provider: parent.path } : {}),
    what: `the interrupt of ${place.path} does not reach the guest: drivers poll, or do not start`,
    weight: 'warning',
  }
}
