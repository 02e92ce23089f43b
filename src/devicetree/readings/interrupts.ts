/** Interrupts of devices, from their properties down to the controller that takes them: Devicetree Specification 0.4 §2.4. */
import { propertyNamed } from '../model.ts'
import { mapInterrupt } from './interrupt-map.ts'
import { interruptCells, interruptParent, MAX_SPECIFIER_CELLS } from './interrupt-parent.ts'
import type { InterruptSpecifier } from './interrupt-specifier.ts'
import { type Reading, read, unread } from './reading.ts'
import type { Place, TreeIndex } from './tree-index.ts'
import { cellsOf } from './values.ts'

/** Every interrupt of a device, at the interrupt controller that takes it in the end. None: an empty list. */
export function interruptsOf(tree: TreeIndex, place: Place): Reading<readonly InterruptSpecifier[]> {
  const arrivals = arrivalsOf(tree, place)
  if (!arrivals.ok) return arrivals
  const mapped: InterruptSpecifier[] = []
  for (const final of arrivals.value) {
    if (!final.ok) return unread(`${place.path}: ${final.reason}`)
    mapped.push(final.value)
  }
  return read(mapped)
}

/** The same one by one: where each interrupt of the node arrives, or why it does not. No reading: the properties cannot be read. */
export function arrivalsOf(tree: TreeIndex, place: Place): Reading<readonly Reading<InterruptSpecifier>[]> {
  const named = namedInterrupts(tree, place)
  if (!named.ok) return named
  return read(named.value.map((specifier) => mapInterrupt(tree, specifier, unitAddressCells(place))))
}

/** What the node itself says: `interrupts-extended` (§2.4.1.3), which wins, or `interrupts` (§2.4.1.1) of its interrupt parent. */
export function namedInterrupts(tree: TreeIndex, place: Place): Reading<readonly InterruptSpecifier[]> {
  const extended = propertyNamed(place.node, 'interrupts-extended')
  if (extended) return extendedInterrupts(tree, place, cellsOf(extended))
  const plain = propertyNamed(place.node, 'interrupts')
  if (!plain) return read([])
  const controller = interruptParent(tree, place)
  if (!controller) return unread(`${place.path} has no interrupt parent`)
  const width = specifierWidth(controller)
  if (!width.ok) return width
  const cells = cellsOf(plain)
  if (!cells || cells.length % width.value !== 0) {
    return unread(
      `${place.path}: 'interrupts' is not a whole number of ${width.value}-cell specifiers of ${controller.path}`,
    )
  }
  const specifiers: InterruptSpecifier[] = []
  for (let at = 0; at < cells.length; at += width.value) {
    specifiers.push({ controller, cells: cells.slice(at, at + width.value) })
  }
  return read(specifiers)
}

function extendedInterrupts(
  tree: TreeIndex,
  place: Place,
  cells: readonly number[] | undefined,
): Reading<readonly InterruptSpecifier[]> {
  if (!cells) return unread(`${place.path}: 'interrupts-extended' is not a whole number of cells`)
  const specifiers: InterruptSpecifier[] = []
  for (let at = 0; at < cells.length; ) {
    const phandle = cells[at++] ?? 0
    if (phandle === 0) continue
    const controller = tree.byPhandle(phandle)
    if (!controller) return unread(`${place.path}: no node has the phandle 0x${phandle.toString(16)}`)
    const width = specifierWidth(controller)
    if (!width.ok) return width
    if (at + width.value > cells.length) return unread(`${place.path}: 'interrupts-extended' ends within a specifier`)
    specifiers.push({ controller, cells: cells.slice(at, at + width.value) })
    at += width.value
  }
  return read(specifiers)
}

function specifierWidth(controller: Place): Reading<number> {
  const width = interruptCells(controller.node)
  if (width === undefined || width === 0 || width > MAX_SPECIFIER_CELLS) {
    return unread(`${controller.path} has ${width === undefined ? 'no' : `${width} as`} #interrupt-cells`)
  }
  return read(width)
}

/** The cells that an interrupt nexus compares with its map's unit addresses. */
const unitAddressCells = (place: Place): readonly number[] => cellsOf(propertyNamed(place.node, 'reg')) ?? []
