/** Interrupt nexus nodes: Devicetree Specification 0.4 §2.4.3. */
import { hasProperty, propertyNamed } from '../model.ts'
import { interruptCells, interruptParent, MAX_SPECIFIER_CELLS } from './interrupt-parent.ts'
import type { InterruptSpecifier } from './interrupt-specifier.ts'
import { type Reading, read, unread } from './reading.ts'
import { MAX_CELLS } from './reg.ts'
import type { Place, TreeIndex } from './tree-index.ts'
import { cellsOf, u32 } from './values.ts'

/** An interrupt on its way, with the unit address that the next nexus looks at. */
interface Hop extends InterruptSpecifier {
  readonly unitAddress: readonly number[]
  /** Cells of the unit address that a nexus compares. */
  readonly addressWidth: number
}

/** More nexuses in a row than any machine has; a cycle of maps ends here. */
const MAX_HOPS = 64

/**
 * Where an interrupt arrives: through `interrupt-map` of every nexus on its way, to the first node with `interrupt-controller`; a node with
 * neither passes it on to its interrupt parent unchanged (as Linux and Xen do). `unitAddress`: the cells of the device's `reg`. A node that is
 * both controller and nexus takes the interrupt itself, as in Xen.
 */
export function mapInterrupt(
  tree: TreeIndex,
  specifier: InterruptSpecifier,
  unitAddress: readonly number[],
): Reading<InterruptSpecifier> {
  const addressWidth = inheritedAddressCells(specifier.controller)
  let hop: Hop = { controller: specifier.controller, cells: specifier.cells, unitAddress, addressWidth }
  for (let hops = 0; hops < MAX_HOPS; hops++) {
    const { controller, cells } = hop
    if (hasProperty(controller.node, 'interrupt-controller')) return read({ controller, cells })
    const next = hasProperty(controller.node, 'interrupt-map') ? throughMap(tree, hop) : passedOn(tree, hop)
    if (!next.ok) return next
    hop = next.value
  }
  return unread(`the interrupt of ${specifier.controller.path} never reaches an interrupt controller`)
}

/** What the entries of a nexus's `interrupt-map` lead to, in their order and as often as they do. No reading: as of `mapEntries`. */
export function mapTargets(tree: TreeIndex, nexus: Place): Reading<readonly InterruptSpecifier[]> {
  const entries = mapEntries(tree, nexus)
  return entries.ok ? read(entries.value.map(({ target }) => target)) : entries
}

/** An entry of a nexus's map. */
interface MapEntry {
  /** What the nexus compares: a unit address, then an interrupt of its own. */
  readonly key: readonly number[]
  /** At the controller that takes it in the end. */
  readonly target: InterruptSpecifier
}

/** The entries of a nexus's `interrupt-map` in their order. No reading: the map is damaged, or an interrupt arrives nowhere. */
export function mapEntries(tree: TreeIndex, nexus: Place): Reading<readonly MapEntry[]> {
  const { path, node } = nexus
  const { map } = mapOf(nexus)
  const keyWidth = inheritedAddressCells(nexus) + (interruptCells(node) ?? 0)
  if (!map || keyWidth === 0) return unread(`${path}: 'interrupt-map' cannot be cut into entries`)
  const entries: MapEntry[] = []
  for (let at = 0; at + keyWidth < map.length; ) {
    const target = mapTarget(tree, path, map, at + keyWidth)
    if (!target.ok) return target
    const { controller, cells, unitAddress, addressWidth } = target.value
    const final = mapInterrupt(tree, { controller, cells }, unitAddress)
    if (!final.ok) return final
    entries.push({ key: map.slice(at, at + keyWidth), target: final.value })
    at += keyWidth + 1 + addressWidth + cells.length
  }
  return read(entries)
}

/** Real trees leave out a nexus's own `#address-cells`; Linux and Xen look at its ancestors then. */
function inheritedAddressCells(nexus: Place): number {
  for (let place: Place | undefined = nexus; place; place = place.parent) {
    const width = u32(propertyNamed(place.node, '#address-cells'))
    if (width !== undefined) return width
  }
  return 2
}

function passedOn(tree: TreeIndex, hop: Hop): Reading<Hop> {
  const controller = interruptParent(tree, hop.controller)
  return controller ? read({ ...hop, controller }) : unread(`${hop.controller.path} has no interrupt parent`)
}

function throughMap(tree: TreeIndex, hop: Hop): Reading<Hop> {
  const { path } = hop.controller
  const { map, mask } = mapOf(hop.controller)
  if (!map) return unread(`${path}: 'interrupt-map' is not a whole number of cells`)
  if (hop.unitAddress.length < hop.addressWidth) return unread(`${path}: its map needs a 'reg' of the device`)
  const key = [...hop.unitAddress.slice(0, hop.addressWidth), ...hop.cells]
  for (let at = 0; at + key.length < map.length; ) {
    const matches = key.every((cell, index) => ((cell ^ (map[at + index] ?? 0)) & (mask?.[index] ?? -1)) === 0)
    at += key.length
    const target = mapTarget(tree, path, map, at)
    if (!target.ok || matches) return target
    at += 1 + target.value.addressWidth + target.value.cells.length
  }
  return unread(`${path}: its map has no entry for ${key.map((cell) => `0x${cell.toString(16)}`).join(' ')}`)
}

interface InterruptMap {
  readonly map: readonly number[] | undefined
  readonly mask: readonly number[] | undefined
}

/** Decoded once per nexus, since every device behind it asks. */
const decodedMaps = new WeakMap<Place, InterruptMap>()

function mapOf(nexus: Place): InterruptMap {
  const known = decodedMaps.get(nexus)
  if (known) return known
  const map = cellsOf(propertyNamed(nexus.node, 'interrupt-map'))
  const mask = cellsOf(propertyNamed(nexus.node, 'interrupt-map-mask'))
  decodedMaps.set(nexus, { map, mask })
  return { map, mask }
}

/** The parent half of a map entry, from its phandle at `at`. A parent without `#address-cells` has no unit address (Linux, Xen). */
function mapTarget(tree: TreeIndex, path: string, map: readonly number[], at: number): Reading<Hop> {
  const phandle = map[at] ?? 0
  const controller = tree.byPhandle(phandle)
  if (!controller) return unread(`${path}: its map names the unknown phandle 0x${phandle.toString(16)}`)
  const width = interruptCells(controller.node)
  const addressWidth = u32(propertyNamed(controller.node, '#address-cells')) ?? 0
  if (width === undefined || width > MAX_SPECIFIER_CELLS || addressWidth > MAX_CELLS) {
    return unread(`${path}: its map names ${controller.path}, which is not an interrupt parent`)
  }
  const cellsAt = at + 1 + addressWidth
  if (cellsAt + width > map.length) return unread(`${path}: its map ends within an entry`)
  const unitAddress = map.slice(at + 1, cellsAt)
  return read({ controller, cells: map.slice(cellsAt, cellsAt + width), unitAddress, addressWidth })
}
