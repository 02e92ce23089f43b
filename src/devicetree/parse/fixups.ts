/**
 * What an overlay says of its phandles to the program that applies it: `/__fixups__` lists the cells that want the phandle of a
 * labelled node of the other tree, `/__local_fixups__` those that hold one of its own (dtc's livetree.c; Linux's
 * Documentation/devicetree/overlay-notes.rst).
 */
import { cells, text } from '../build.ts'
import { setChild } from '../edit.ts'
import type { DtNode } from '../model.ts'
import { childPath } from '../write/fault.ts'
import { GeneratedNode, sizeOf } from './generated-node.ts'
import type { LiveTree } from './labelled-tree.ts'
import type { LiveNode, LiveProperty } from './live-tree.ts'
import { originOf } from './syntax-problem.ts'

const FIXUPS = '__fixups__'
const LOCAL_FIXUPS = '__local_fixups__'

/** Adds both nodes where they have something to say. `root`: the resolved tree that was made of `tree`. */
export function withFixups(root: DtNode, tree: LiveTree): DtNode {
  const local = new GeneratedNode(LOCAL_FIXUPS, childOf(root, LOCAL_FIXUPS))
  const fixups = new GeneratedNode(FIXUPS, childOf(root, FIXUPS))
  new Collector(tree, survivorsOf(tree.root, root), fixups).visit(tree.root, root, '/', () => local)
  const withBoth = [fixups, local].filter(({ isEmpty }) => !isEmpty)
  return withBoth.reduce((whole, generated) => setChild(whole, generated.finished()), root)
}

const childOf = (root: DtNode, name: string): DtNode | undefined => root.children.find((child) => child.name === name)

/** Nodes of the source that the resolved tree still has: unreferenced ones may be gone. */
function survivorsOf(live: LiveNode, resolved: DtNode): Set<LiveNode> {
  const survivors = new Set<LiveNode>()
  const visit = (node: LiveNode, counterpart: DtNode): void => {
    survivors.add(node)
    for (const [child, other] of pairs(node.children, counterpart.children)) visit(child, other)
  }
  visit(live, resolved)
  return survivors
}

/** Things of one name, in the order of the second list. */
function* pairs<A extends { name: string }, B extends { name: string }>(
  firsts: readonly A[],
  seconds: readonly B[],
): Generator<[A, B]> {
  const byName = new Map(firsts.map((first) => [first.name, first]))
  for (const second of seconds) {
    const first = byName.get(second.name)
    if (first) yield [first, second]
  }
}

class Collector {
  readonly #tree: LiveTree
  readonly #survivors: ReadonlySet<LiveNode>
  readonly #fixups: GeneratedNode

  constructor(tree: LiveTree, survivors: ReadonlySet<LiveNode>, fixups: GeneratedNode) {
    this.#tree = tree
    this.#survivors = survivors
    this.#fixups = fixups
  }

  /** `local` makes the counterpart of the node in `/__local_fixups__`. */
  visit(live: LiveNode, resolved: DtNode, path: string, local: () => GeneratedNode): void {
    for (const [source, { name, value }] of pairs(live.properties, resolved.properties)) {
      this.#visitProperty(source, value, `${path}:${name}`, local)
    }
    for (const [child, counterpart] of pairs(live.children, resolved.children)) {
      const { name } = counterpart
      this.visit(child, counterpart, childPath(path, name), () => local().child(name))
    }
  }

  #visitProperty(
    source: LiveProperty,
    value: DtNode['properties'][number]['value'],
    where: string,
    local: () => GeneratedNode,
  ): void {
    for (const { kind, target, at, part, cell } of source.value.references) {
      if (kind !== 'phandle') continue
      const offset = sizeOf(value, part) + 4 * cell
      const found = this.#tree.find(target, at)
      if (found && this.#survivors.has(found)) local().append(source.name, cells([offset], originOf(at)))
      else this.#fixups.append(target, text(`${where}:${offset}`, originOf(at)))
    }
  }
}
