/** Additions to nodes that exist. Order is kept, and what is added replaces what has the same name. */
import type { DtNode, DtProperty } from '../devicetree/model.ts'

/** `properties` with each of `added` in the place of the one with its name, or at the end. */
export function withProperties(properties: readonly DtProperty[], added: readonly DtProperty[]): readonly DtProperty[] {
  const byName = new Map(properties.map((property) => [property.name, property]))
  for (const property of added) byName.set(property.name, property)
  return [...byName.values()]
}

/** Where new nodes are put: after their siblings, or before them, in their own order. */
export type ChildOrder = 'new-last' | 'new-first'

/** `children` with each of `added` in the place of the one with its name, of which nothing is kept, or as a new one. */
export function withChildren(
  children: readonly DtNode[],
  added: readonly DtNode[],
  order: ChildOrder,
): readonly DtNode[] {
  const names = new Set(children.map(({ name }) => name))
  const replacing = new Map(added.map((child) => [child.name, child]))
  const fresh = added.filter(({ name }) => !names.has(name))
  const known = children.map((child) => replacing.get(child.name) ?? child)
  return order === 'new-first' ? [...fresh, ...known] : [...known, ...fresh]
}

/** `node` with properties and children of `additions`; name, labels and origin stay its own. */
export const extended = (node: DtNode, additions: DtNode, order: ChildOrder): DtNode => ({
  ...node,
  properties: withProperties(node.properties, additions.properties),
  children: withChildren(node.children, additions.children, order),
})
