/** How further definitions of a node go into the one that is there: replacing in place, appending, deleting. */
import type { LiveTree } from './labelled-tree.ts'
import { addLabel, appendProperty, firstChild, type LiveNode, type LiveProperty, newestFirst } from './live-tree.ts'

/** Puts what `addition` says into `node`; `addition` is used up. */
export function merge(tree: LiveTree, node: LiveNode, addition: LiveNode): void {
  node.deleted = false
  for (const [label, { at }] of newestFirst(addition.labels)) tree.label(node, label, at)
  for (const property of addition.properties) mergeProperty(node, property)
  for (const child of addition.children) {
    const known = firstChild(node, child.name)
    if (child.deleted) {
      if (known) deleteNode(known)
    } else if (known) {
      merge(tree, known, child)
    } else {
      tree.attach(node, child)
    }
  }
}

function mergeProperty(node: LiveNode, property: LiveProperty): void {
  const known = node.propertyIndex.get(property.name)
  if (property.deleted) {
    if (known) deleteProperty(known)
    return
  }
  if (!known) {
    appendProperty(node, property)
    return
  }
  for (const [label, { at }] of newestFirst(property.labels)) addLabel(known, label, at)
  known.value = property.value
  known.at = property.at
  known.deleted = false
}

function deleteProperty(property: LiveProperty): void {
  property.deleted = true
  for (const label of property.labels.values()) label.deleted = true
}

/** Deletes the node with everything in it. */
export function deleteNode(node: LiveNode): void {
  node.deleted = true
  for (const child of node.children) if (!child.deleted) deleteNode(child)
  for (const property of node.properties) if (!property.deleted) deleteProperty(property)
  for (const label of node.labels.values()) label.deleted = true
}
