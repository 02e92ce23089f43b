/** Adding to nodes that exist: order is kept, names stay unique, the later value wins. */
import type { DtNode, DtProperty } from '../devicetree/model.ts'

/** `properties` with each of `added` in the place of its namesake, or at the end. */
export function withProperties(properties: readonly DtProperty[], added: readonly DtProperty[]): readonly DtProperty[] {
  const byName = new Map(properties.map((property) => [property.name, property]))
  for (const property of added) byName.set(property.name, property)
  return [...byName.values()]
}

/** `children` with each of `added` instead of its namesake, or at the end. A namesake is replaced whole: nothing of it leaks into ours. */
export function withChildren(children: readonly DtNode[], added: readonly DtNode[]): readonly DtNode[] {
  const byName = new Map(children.map((child) => [child.name, child]))
  for (const child of added) byName.set(child.name, child)
  return [...byName.values()]
}

/** `node` with what `additions` holds; name, labels and origin stay those of `node`. */
export const extended = (node: DtNode, additions: DtNode): DtNode => ({
  ...node,
  properties: withProperties(node.properties, additions.properties),
  children: withChildren(node.children, additions.children),
})
