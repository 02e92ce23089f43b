/**
 * The phandle of the guest's interrupt controller. Nodes of domforge's and xl mean 65000; Xen takes what `/gic` of a partial tree says, and from 4.22 on no
 * number so high. A user's tree may say any, often by a label alone.
 */
import { cells, node, property } from '../devicetree/build.ts'
import { removeProperty, setProperty } from '../devicetree/edit.ts'
import { type DeviceTree, type DtNode, hasProperty, propertyNamed, walk } from '../devicetree/model.ts'
import { addressCells, phandleOfNode } from '../devicetree/readings/node.ts'
import { cellsOf, u32 } from '../devicetree/readings/values.ts'
import { controllerOf, isController } from '../passthrough/partial-tree.ts'
import { GIC_PHANDLE } from '../xen/partial-tree.ts'

/** `tree` with 65000 wherever it names the controller by another number; the same where it has no such number. */
export function withKnownController(tree: DeviceTree): DeviceTree {
  const controller = controllerOf(tree)
  const phandle = controller && phandleOfNode(controller)
  return phandle === undefined || phandle === GIC_PHANDLE ? tree : renumberedFrom(tree, phandle, GIC_PHANDLE)
}

/** The same, or `undefined` where that would not be the same tree: not every interrupt can be followed, or another node has that number. */
export function knownToXl(tree: DeviceTree): DeviceTree | undefined {
  return canHave(tree, GIC_PHANDLE) ? withKnownController(tree) : undefined
}

/** From 4.22 on Xen numbers its own nodes from the highest phandle of the tree on, up to 65000: this leaves it room. */
const SMALL = 60_000

/** `tree` as Xen 4.22 takes it: a small number in place of 65000, or, where not every interrupt can be followed, none for `/gic`. Another small one stays. */
export function withRoomAbove(tree: DeviceTree): DeviceTree {
  const controller = controllerOf(tree)
  const phandle = (controller && phandleOfNode(controller)) ?? GIC_PHANDLE
  if (phandle !== GIC_PHANDLE) return tree
  const taken = new Set([...walk(tree.root)].map((place) => phandleOfNode(place.node)))
  let number = SMALL
  while (taken.has(number)) number--
  return canHave(tree, number) ? renumberedFrom(withController(tree), GIC_PHANDLE, number) : withoutNumber(tree)
}

/** It is what the controller has where `/gic` says none. */
const withoutNumber = ({ root, ...tree }: DeviceTree): DeviceTree => ({
  ...tree,
  root: {
    ...root,
    children: root.children.map((child) =>
      isController(child) ? ['phandle', 'linux,phandle'].reduce(removeProperty, child) : child,
    ),
  },
})

/** `tree` with the node that stands for the guest's controller, for whoever looks its number up. */
export function withController(tree: DeviceTree): DeviceTree {
  const { root } = tree
  if (controllerOf(tree)) return tree
  const properties = [
    property('#address-cells', [cells([0])]),
    property('#interrupt-cells', [cells([3])]),
    property('interrupt-controller', []),
    property('phandle', [cells([GIC_PHANDLE])]),
  ]
  return { ...tree, root: { ...root, children: [...root.children, node('gic', { properties })] } }
}

function renumberedFrom(tree: DeviceTree, phandle: number, to: number): DeviceTree {
  const root = renumbered(tree.root, { ...numbersOf(tree, phandle), to })
  const children = root.children.map((child) => (isController(child) ? withNumber(child, to) : child))
  return { ...tree, root: { ...root, children } }
}

const withNumber = (controller: DtNode, number: number): DtNode =>
  setProperty(removeProperty(controller, 'linux,phandle'), property('phandle', [cells([number])]))

function numbersOf(tree: DeviceTree, phandle: number): Numbers {
  const nodes = new Map([...walk(tree.root)].map((place) => [phandleOfNode(place.node), place.node]))
  return { phandle, controllerOf: (number) => nodes.get(number) }
}

/** Whether the controller may get `number`, and every property that may name it is understood to its end. */
function canHave(tree: DeviceTree, number: number): boolean {
  const controller = controllerOf(tree)
  const numbers = numbersOf(tree, (controller && phandleOfNode(controller)) ?? GIC_PHANDLE)
  const other = numbers.controllerOf(number)
  if (other && other !== controller) return false
  return [...walk(tree.root)].every(({ node: own }) =>
    Object.entries(PROPERTIES).every(([name, placesOf]) => {
      const value = cellsOf(propertyNamed(own, name))
      return value ? placesOf(own, value, numbers).isWhole : !hasProperty(own, name)
    }),
  )
}

interface Numbers {
  /** Of the controller, in the user's tree. */
  readonly phandle: number
  readonly controllerOf: (phandle: number) => DtNode | undefined
}

/** Indices of phandles among the cells of a property. */
interface Places {
  readonly at: readonly number[]
  /** Nothing is left over behind the last entry. */
  readonly isWhole: boolean
}

function renumbered(own: DtNode, numbers: Numbers & { readonly to: number }): DtNode {
  const properties = own.properties.map((before) => {
    const value = PROPERTIES[before.name] && cellsOf(before)
    const places = value ? (PROPERTIES[before.name]?.(own, value, numbers).at ?? []) : []
    const after = value?.map((cell, at) => (cell === numbers.phandle && places.includes(at) ? numbers.to : cell))
    return after && places.length > 0 ? { ...before, value: [cells(after)] } : before
  })
  return { ...own, properties, children: own.children.map((child) => renumbered(child, numbers)) }
}

/** Where the properties that name interrupt controllers have phandles, by their indices among the cells (Devicetree Specification 0.4 §2.4). */
const PROPERTIES: Readonly<Record<string, (node: DtNode, own: readonly number[], numbers: Numbers) => Places>> = {
  'interrupt-parent': () => ({ at: [0], isWhole: true }),
  'interrupts-extended': (_, own, numbers) => placesIn(own, 0, (phandle) => specifierCells(phandle, numbers)),
  'interrupt-map': (node, own, numbers) =>
    placesIn(own, addressCells(node) + (u32(propertyNamed(node, '#interrupt-cells')) ?? 1), (phandle) => {
      const parent = numbers.controllerOf(phandle)
      const specifier = specifierCells(phandle, numbers)
      return specifier === undefined
        ? undefined
        : (u32(parent && propertyNamed(parent, '#address-cells')) ?? 0) + specifier
    }),
}

/** Of entries with `before` cells, a phandle and what `after` says of it; those behind one that nothing is known of are not found. */
function placesIn(own: readonly number[], before: number, after: (phandle: number) => number | undefined): Places {
  const places: number[] = []
  let start = 0
  while (start + before < own.length) {
    const at = start + before
    places.push(at)
    const rest = after(own[at] ?? 0)
    if (rest === undefined) break
    start = at + 1 + rest
  }
  return { at: places, isWhole: start === own.length }
}

/** The guest's own has three, whether its node says so or not. */
function specifierCells(phandle: number, { phandle: controller, controllerOf }: Numbers): number | undefined {
  const parent = controllerOf(phandle)
  return u32(parent && propertyNamed(parent, '#interrupt-cells')) ?? (phandle === controller ? 3 : undefined)
}
