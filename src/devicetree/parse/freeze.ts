/** From the live tree to the model. */
import type { DtNode, DtPart, DtProperty, ReferenceTarget } from '../model.ts'
import { childPath } from '../write/fault.ts'
import { isOwnName } from './check-tree.ts'
import type { LiveTree } from './labelled-tree.ts'
import { type LiveNode, type LiveProperty, type LiveReference, livingLabels } from './live-tree.ts'
import { originOf } from './syntax-problem.ts'

/** What stands in a cell of an overlay until the label is known (dtc and libfdt agree on it). */
const UNRESOLVED = 0xffff_ffffn

/** Drops for good what is deleted. */
export function dropDeleted(node: LiveNode): void {
  retain(node.properties)
  retain(node.children)
  for (const child of node.children) dropDeleted(child)
}

function retain(items: { readonly deleted: boolean }[]): void {
  let kept = 0
  for (const item of items) if (!item.deleted) items[kept++] = item
  items.length = kept
}

/**
 * The tree as plain data. References by path get the exact path of what they mean; those that lead out of an overlay
 * become 0xffffffff.
 */
export function freeze(tree: LiveTree, keepLabelled: boolean): DtNode {
  return new Freezer(tree, keepLabelled).node(tree.root)
}

/** Full paths of all nodes of the tree. */
export function pathsOf(root: LiveNode): ReadonlyMap<LiveNode, string> {
  const paths = new Map<LiveNode, string>()
  const visit = (node: LiveNode, path: string): void => {
    paths.set(node, path)
    for (const child of node.children) visit(child, childPath(path, child.name))
  }
  visit(root, '/')
  return paths
}

class Freezer {
  readonly #tree: LiveTree
  readonly #keepLabelled: boolean
  readonly #paths: ReadonlyMap<LiveNode, string>

  constructor(tree: LiveTree, keepLabelled: boolean) {
    this.#tree = tree
    this.#keepLabelled = keepLabelled
    this.#paths = pathsOf(tree.root)
  }

  node(node: LiveNode): DtNode {
    const mayGo = node.omitIfUnreferenced && !(this.#keepLabelled && node.labels.size > 0)
    return {
      name: node.name,
      labels: livingLabels(node.labels),
      properties: node.properties.filter((p) => !isOwnName(node, p)).map((p) => this.#property(p)),
      children: node.children.map((child) => this.node(child)),
      origin: originOf(node.at),
      ...(mayGo && { omitIfUnreferenced: true }),
    }
  }

  #property({ name, labels, value, at }: LiveProperty): DtProperty {
    for (const reference of value.references) this.#settle(reference, value.parts)
    const living = livingLabels(labels)
    return {
      name,
      value: value.parts.map(({ part }) => part),
      origin: originOf(at),
      ...(living.length > 0 && { labels: living }),
    }
  }

  #settle({ kind, target, at, part, cell }: LiveReference, parts: LiveProperty['value']['parts']): void {
    const isLabel = !target.includes('/')
    const node = this.#tree.find(target, at)
    if (node && isLabel) return
    const holder = parts[part]
    if (!holder) return
    const path: ReferenceTarget | undefined = node && { path: this.#paths.get(node) ?? '/' }
    if (kind === 'phandle' && holder.cells) {
      holder.cells[cell] = path ? { kind: 'phandle', target: path } : UNRESOLVED
    } else if (kind === 'path' && path) {
      const { origin } = holder.part
      holder.part = { kind: 'path', target: path, ...(origin && { origin }) } satisfies DtPart
    }
  }
}
