/** `/__symbols__`: the paths of labelled nodes, for overlays to refer to (`dtc -@`). */
import { cells, node as makeNode, property, text } from '../build.ts'
import { setChild } from '../edit.ts'
import { childNamed, type DtNode, type DtProperty, propertyNamed, walk } from '../model.ts'
import { childPath } from '../write/fault.ts'
import { valueBytes } from '../write/value-bytes.ts'

export const SYMBOLS = '__symbols__'

/**
 * Gives each labelled node a phandle, from `firstFree` on, and adds its labels to `/__symbols__`. `root` is resolved.
 * `isLabelled` tells whether the node at a path counts: in dtc also one whose labels were all deleted.
 */
export function withSymbols(root: DtNode, isLabelled: (path: string) => boolean, firstFree: number): DtNode {
  const collector = new Collector(root, isLabelled, firstFree)
  const labelled = collector.visit(root, '/')
  if (!collector.isAny) return root
  const node = childNamed(labelled, SYMBOLS) ?? makeNode(SYMBOLS, {}, root.origin)
  return setChild(labelled, { ...node, properties: [...node.properties, ...collector.symbols] })
}

class Collector {
  readonly symbols: DtProperty[] = []
  isAny = false
  readonly #isLabelled: (path: string) => boolean
  readonly #known: Set<string>
  readonly #taken = new Set<number>()
  #next: number

  constructor(root: DtNode, isLabelled: (path: string) => boolean, firstFree: number) {
    this.#isLabelled = isLabelled
    this.#known = new Set(childNamed(root, SYMBOLS)?.properties.map(({ name }) => name))
    for (const { node } of walk(root)) this.#taken.add(phandleOf(node) ?? 0)
    this.#next = firstFree
  }

  visit(node: DtNode, path: string): DtNode {
    const isLabelled = this.#isLabelled(path)
    this.isAny ||= isLabelled
    for (const label of node.labels) {
      if (this.#known.has(label)) continue
      this.#known.add(label)
      this.symbols.push(property(label, [text(path)], node.origin))
    }
    const phandle = isLabelled && phandleOf(node) === undefined ? [this.#newPhandle(node)] : []
    const children = node.children.map((child) => this.visit(child, childPath(path, child.name)))
    return { ...node, properties: [...node.properties, ...phandle], children }
  }

  #newPhandle(node: DtNode): DtProperty {
    while (this.#taken.has(this.#next)) this.#next++
    return property('phandle', [cells([this.#next++])], node.origin)
  }
}

/** The phandle that a node has of its own. */
function phandleOf(node: DtNode): number | undefined {
  const found = propertyNamed(node, 'phandle') ?? propertyNamed(node, 'linux,phandle')
  const bytes = found && valueBytes(found.value)
  return bytes?.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) : undefined
}
