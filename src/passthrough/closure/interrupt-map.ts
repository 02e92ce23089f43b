/** Where pins end in the guest: at controllers that come along, or at its GIC. */
import { cells, phandleOf, property } from '../../devicetree/build.ts'
import { type Cell, hasProperty, propertyNamed } from '../../devicetree/model.ts'
import { mapEntries } from '../../devicetree/readings/interrupt-map.ts'
import type { InterruptSpecifier } from '../../devicetree/readings/interrupt-specifier.ts'
import { type Reading, read } from '../../devicetree/readings/reading.ts'
import type { Place } from '../../devicetree/readings/tree-index.ts'
import { u32 } from '../../devicetree/readings/values.ts'
import { GIC_PHANDLE } from '../../xen/partial-tree.ts'
import type { Choice } from '../closure.ts'
import { arrivalAt } from '../host/interrupts.ts'
import type { Circumstances, Dependency } from './dependency.ts'
import { labelOf } from './label.ts'

/** Cells of a specifier at the guest's GIC: a fourth one of the host's names CPUs, which a guest's does not read. */
export const GIC_CELLS = 3

/** Of a device or of a port below it: entries that lead nowhere go, the others keep their order. */
export const interruptMap: Dependency = (node, place, circumstances) => {
  if (!hasProperty(node, 'interrupt-map')) return {}
  const entries = mapEntries(circumstances.index, place)
  if (!entries.ok) return { remove: MAP, choices: [lost(place, entries.reason)] }
  const targets = entries.value.map(({ key, target }) => ({ key, end: endOf(target, circumstances) }))
  const left = targets.flatMap(({ key, end }) => (end.ok ? [cells([...key, ...end.value])] : []))
  const whys = new Set(targets.flatMap(({ end }) => (end.ok ? [] : [end.reason])))
  const choices = [...whys].map((why) => lost(place, why))
  return left.length === 0 ? { remove: MAP, choices } : { set: [property('interrupt-map', left)], choices }
}

const MAP = ['interrupt-map', 'interrupt-map-mask']

/** What stands behind the key of an entry: the controller, its unit address, the interrupt there. The guest's GIC has no address. */
function endOf(target: InterruptSpecifier, circumstances: Circumstances): Reading<readonly (number | Cell)[]> {
  const { controller, cells: own } = target
  if (circumstances.kept.has(controller)) {
    const width = u32(propertyNamed(controller.node, '#address-cells')) ?? 0
    return read([phandleOf({ label: labelOf(controller) }), ...Array.from({ length: width }, () => 0), ...own])
  }
  const end = endAtGic(read(target), circumstances)
  return end.ok ? read([GIC_PHANDLE, ...end.value]) : end
}

/** The cells at the guest's GIC of an interrupt that the guest is given. */
export function endAtGic(
  arrival: Reading<InterruptSpecifier>,
  { index, device, routed }: Circumstances,
): Reading<readonly number[]> {
  const end = arrivalAt(index, device.gic, arrival)
  if (end.kind === 'lost') return { ok: false, reason: end.why }
  const { cells: own } = end.specifier
  return routed.has(own.join()) ? read(own.slice(0, GIC_CELLS)) : { ok: false, reason: 'Xen routes nothing for it' }
}

const lost = ({ path }: Place, why: string): Choice => ({
  dependency: 'interrupt-map',
  fate: 'dropped',
  what: `a pin of ${path} does not reach the guest: ${why}`,
  weight: 'warning',
})
