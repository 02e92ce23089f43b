/** What a node says of itself, by the standard properties of Devicetree Specification 0.4 §2.3. */
import { type DtNode, propertyNamed } from '../model.ts'
import { stringList, stringValue, u32 } from './values.ts'

/**
 * 32-bit cells of an address in `reg` of the node's children (§2.3.5): `#address-cells`, or 2 where the node does not say. Not
 * inherited: Xen and Linux take the nearest ancestor's value where it is missing, which no tree may rely on.
 */
export const addressCells = (node: DtNode): number => u32(propertyNamed(node, '#address-cells')) ?? 2

/** 32-bit cells of a size in `reg` of the node's children (§2.3.5): `#size-cells`, or 1 where the node does not say. */
export const sizeCells = (node: DtNode): number => u32(propertyNamed(node, '#size-cells')) ?? 1

/** Whether the device may be used (§2.3.4): no `status`, or `okay`, or `ok`, which Linux and Xen take too. */
export function isAvailable(node: DtNode): boolean {
  const status = propertyNamed(node, 'status')
  if (!status) return true
  const text = stringValue(status)
  return text === 'okay' || text === 'ok'
}

/** All of `compatible` (§2.3.1), most specific first; empty when missing or malformed. */
export const compatibles = (node: DtNode): readonly string[] => stringList(propertyNamed(node, 'compatible')) ?? []

/** Whether `compatible` has one of the names. Upper and lower case count as equal, as in Linux and Xen (`strcasecmp`). */
export function isCompatible(node: DtNode, ...names: readonly string[]): boolean {
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  return compatibles(node).some((name) => wanted.has(name.toLowerCase()))
}

/** `device_type` (§2.3.11), by which Linux and Xen tell memory, CPUs and PCI buses. */
export const deviceType = (node: DtNode): string | undefined => stringValue(propertyNamed(node, 'device_type'))

/** The node's phandle (§2.3.3), or that of `linux,phandle` in old trees; `undefined` for a value that cannot be one. */
export function phandleOfNode(node: DtNode): number | undefined {
  const phandle = u32(propertyNamed(node, 'phandle')) ?? u32(propertyNamed(node, 'linux,phandle'))
  return phandle === 0 || phandle === 0xffff_ffff ? undefined : phandle
}

/** The name without unit address (§2.2.1): `memory` of `memory@40000000`. */
export const baseName = (node: DtNode): string => node.name.split('@', 1)[0] ?? ''

/** What follows the `@` of the name; `undefined` without one. */
export function unitAddress(node: DtNode): string | undefined {
  const at = node.name.indexOf('@')
  return at < 0 ? undefined : node.name.slice(at + 1)
}

/**
 * Whether a node called memory, `depth` levels below the root, can describe RAM (§3.4): it says so, or says of itself nothing at all, as in trees that rely on
 * the name.
 */
export const maybeRam = (node: DtNode, depth: number): boolean =>
  depth === 1 && (deviceType(node) === 'memory' || compatibles(node).length === 0)
