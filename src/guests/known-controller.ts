/**
 * A user's partial tree may number the guest's interrupt controller as it likes (`/gic`, often by a label alone), and Xen gives the controller that
 * number. Nodes of domforge's, and xl, mean 65000: beside such nodes the user's tree is numbered anew.
 */
import { cells, property } from '../devicetree/build.ts'
import { removeProperty, setProperty } from '../devicetree/edit.ts'
import { type DeviceTree, type DtNode, propertyNamed, walk } from '../devicetree/model.ts'
import { addressCells, phandleOfNode } from '../devicetree/readings/node.ts'
import { cellsOf, u32 } from '../devicetree/readings/values.ts'
import { GIC_PHANDLE, highestPhandle } from '../xen/partial-tree.ts'
import type { Release } from '../xen/releases.ts'

/** `tree` with 65000 wherever it names the controller by another number; the same where it has no such number. */
export function withKnownController(tree: DeviceTree, release: Release): DeviceTree {
  const controller = tree.root.children.find(({ name }) => name.toLowerCase() === 'gic')
  const phandle = controller && phandleOfNode(controller)
  if (!controller || phandle === undefined || phandle === GIC_PHANDLE) return tree
  const numbers = new Map([...walk(tree.root)].map(({ node }) => [phandleOfNode(node), node]))
  const root = renumbered(tree.root, { phandle, controllerOf: (number) => numbers.get(number) })
  const children = root.children.map((child) =>
    child.name === controller.name ? withNumber(child, highestPhandle(release) === undefined) : child,
  )
  return { ...tree, root: { ...root, children } }
}

/** Where Xen counts this number among those that must leave room for its own, it is what the controller has without any. */
function withNumber(controller: DtNode, isRead: boolean): DtNode {
  const bare = removeProperty(removeProperty(controller, 'phandle'), 'linux,phandle')
  return isRead ? setProperty(bare, property('phandle', [cells([GIC_PHANDLE])])) : bare
}

interface Numbers {
  /** Of the controller, in the user's tree. */
  readonly phandle: number
  readonly controllerOf: (phandle: number) => DtNode | undefined
}

function renumbered(node: DtNode, numbers: Numbers): DtNode {
  const properties = node.properties.map((own) => {
    const before = PROPERTIES[own.name] && cellsOf(own)
    const places = before ? (PROPERTIES[own.name]?.(node, before, numbers) ?? []) : []
    const after = before?.map((cell, at) => (cell === numbers.phandle && places.includes(at) ? GIC_PHANDLE : cell))
    return after && places.length > 0 ? { ...own, value: [cells(after)] } : own
  })
  return { ...node, properties, children: node.children.map((child) => renumbered(child, numbers)) }
}

/** Where the properties that name interrupt controllers have phandles, by their indices among the cells (Devicetree Specification 0.4 §2.4). */
const PROPERTIES: Readonly<Record<string, (node: DtNode, own: readonly number[], numbers: Numbers) => number[]>> = {
  'interrupt-parent': () => [0],
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
function placesIn(own: readonly number[], before: number, after: (phandle: number) => number | undefined): number[] {
  const places: number[] = []
  for (let at = before; at < own.length; ) {
    places.push(at)
    const rest = after(own[at] ?? 0)
    if (rest === undefined) break
    at += 1 + rest + before
  }
  return places
}

/** The guest's own has three, whether its node says so or not. */
function specifierCells(phandle: number, { phandle: controller, controllerOf }: Numbers): number | undefined {
  const parent = controllerOf(phandle)
  return u32(parent && propertyNamed(parent, '#interrupt-cells')) ?? (phandle === controller ? 3 : undefined)
}
