/** Changed copies of nodes. Nothing here changes what it is given; what stays the same is shared. */
import type { DtNode, DtProperty } from './model.ts'

/** The property in the place of the one of that name, or as the last. */
export const setProperty = (node: DtNode, property: DtProperty): DtNode => ({
  ...node,
  properties: placed(node.properties, property),
})

export const removeProperty = (node: DtNode, name: string): DtNode => ({
  ...node,
  properties: node.properties.filter((property) => property.name !== name),
})

/** The child in the place of the one of that name, or as the last. */
export const setChild = (node: DtNode, child: DtNode): DtNode => ({ ...node, children: placed(node.children, child) })

export const removeChild = (node: DtNode, name: string): DtNode => ({
  ...node,
  children: node.children.filter((child) => child.name !== name),
})

/**
 * As a further definition of the node in source would: properties and children are replaced in place or appended,
 * labels added.
 */
export function mergeNode(node: DtNode, addition: Omit<DtNode, 'name'>): DtNode {
  const properties = new Map(node.properties.map((property) => [property.name, property]))
  for (const property of addition.properties) properties.set(property.name, property)
  const children = new Map(node.children.map((child) => [child.name, child]))
  for (const child of addition.children) {
    const known = children.get(child.name)
    children.set(child.name, known ? mergeNode(known, child) : child)
  }
  return {
    ...node,
    labels: [...new Set([...node.labels, ...addition.labels])],
    properties: [...properties.values()],
    children: [...children.values()],
  }
}

/**
 * The tree below `root` with `change` applied to the node at a full path. `undefined`: there is no such node. What
 * `change` returns may have another name.
 */
export function replaceNodeAt(root: DtNode, path: string, change: (node: DtNode) => DtNode): DtNode | undefined {
  if (path === '/') return change(root)
  return path.startsWith('/') ? replaceBelow(root, path.slice(1).split('/'), change) : undefined
}

function replaceBelow(
  node: DtNode,
  [name, ...below]: readonly string[],
  change: (node: DtNode) => DtNode,
): DtNode | undefined {
  if (name === undefined) return change(node)
  const index = node.children.findIndex((child) => child.name === name)
  const child = node.children[index]
  const replacement = child && replaceBelow(child, below, change)
  return replacement && { ...node, children: node.children.with(index, replacement) }
}

function placed<T extends { readonly name: string }>(items: readonly T[], item: T): readonly T[] {
  const index = items.findIndex(({ name }) => name === item.name)
  return index < 0 ? [...items, item] : items.with(index, item)
}
