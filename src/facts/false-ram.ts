/**
 * Nodes of the board's tree that older releases of Xen take for RAM, and that are none. Where domforge writes the tree they get other names, which
 * Linux does not look at.
 */
import { replaceNodeAt } from '../devicetree/edit.ts'
import type { DeviceTree, DtNode, DtProperty } from '../devicetree/model.ts'
import { isAvailable, maybeRam } from '../devicetree/readings/node.ts'
import { pathReferences } from '../devicetree/readings/path-references.ts'
import { stringValue } from '../devicetree/readings/values.ts'
import { atValue, inFile, type Related, type Report } from '../diagnostics/diagnostic.ts'
import type { SystemModel } from '../model/system-model.ts'
import { isCalledMemory, takesNameForRam } from '../xen/ram-nodes.ts'
import { isAtLeast } from '../xen/releases.ts'
import type { Facts } from './facts.ts'

/**
 * `tree` with another name for each node that Xen would take for RAM and that is none (REF-028), but for those that something names by their path: rules
 * over what Xen reads judge these. As it is where Xen does not read RAM from names, or where U-Boot has the tree and not domforge.
 */
export function withoutFalseRam(
  tree: DeviceTree,
  model: SystemModel,
  partialTrees: Facts['partialTrees'],
  report: Report,
): DeviceTree {
  const { boot, xen, platform } = model
  if (boot['device-tree'] !== 'merged' || boot.command === 'bootefi' || !takesNameForRam(xen.release)) return tree
  const found = falseRam(tree.root, !isAtLeast(xen.release, '4.19'))
  if (found.size === 0) return tree
  for (const node of namedByPath(tree.root, found, model, partialTrees)) found.delete(node)
  const renaming = new Renaming(found)
  const root = renaming.of(tree.root)
  if (renaming.done.length === 0) return tree
  const { path, pointer } = platform['device-tree']
  report('REF-028', {
    at: atValue(pointer),
    message: `Xen ${xen.release} would use as RAM what is not RAM: ${renaming.done.length === 1 ? 'a node' : `${renaming.done.length} nodes`} of ${path} called memory`,
    help: `rename ${renaming.done.length === 1 ? 'it' : 'them'} in ${path}, or use Xen 4.20 or newer; until then domforge does it in the tree that it writes`,
    related: renaming.done.map(({ node, from, to }): Related => {
      return { at: node.origin ?? inFile(path, { node: from }), message: `${from} becomes ${to}` }
    }),
  })
  return { ...tree, root: withSymbols(root, renaming) }
}

/** By the names alone: memory in its proper place, and what Xen passes over as not available, stay. */
function falseRam(root: DtNode, takesUnavailable: boolean): Map<DtNode, string> {
  const found = new Map<DtNode, string>()
  const visit = (node: DtNode, path: string, depth: number): void => {
    if (isCalledMemory(node.name) && !maybeRam(node, depth) && (takesUnavailable || isAvailable(node)))
      found.set(node, path)
    for (const child of node.children) visit(child, `${path}/${child.name}`, depth + 1)
  }
  for (const child of root.children) visit(child, `/${child.name}`, 1)
  return found
}

/** Those of `nodes` that something refers to by a name that would no longer lead there. */
function* namedByPath(
  root: DtNode,
  nodes: ReadonlyMap<DtNode, string>,
  { boot }: SystemModel,
  partialTrees: Facts['partialTrees'],
): Generator<DtNode> {
  const isMeant = (node: DtNode): boolean => nodes.has(node)
  for (const { to, path } of pathReferences(root, root, isMeant)) if (path !== SYMBOLS) yield to
  for (const { tree } of partialTrees.values()) for (const { to } of pathReferences(tree.root, root, isMeant)) yield to
  const commands = (boot['extra-commands'] ?? []).join('\n')
  for (const [node, path] of nodes) if (commands.includes(path)) yield node
}

/** Labels with the paths of their nodes, which nothing else repeats: they follow the names. */
const SYMBOLS = '/__symbols__'

/** `root` with the paths of its labels as they are after the renaming. */
function withSymbols(root: DtNode, { done }: Renaming): DtNode {
  const names = new Map(done.map(({ from, to }) => [from, to.slice(to.lastIndexOf('/'))]))
  const now = (path: string): string => {
    let before = ''
    return path.replaceAll(/\/[^/]*/g, (name) => {
      before += name
      return names.get(before) ?? name
    })
  }
  const follow = (symbol: DtProperty): DtProperty => {
    const path = stringValue(symbol)
    return path === undefined || now(path) === path
      ? symbol
      : { ...symbol, value: [{ kind: 'string', text: now(path) }] }
  }
  return replaceNodeAt(root, SYMBOLS, (symbols) => ({ ...symbols, properties: symbols.properties.map(follow) })) ?? root
}

class Renaming {
  /** What was renamed, in the order of the tree. Paths are those before anything was, so that people find them. */
  readonly done: { readonly node: DtNode; readonly from: string; readonly to: string }[] = []
  readonly #nodes: ReadonlyMap<DtNode, string>

  constructor(nodes: ReadonlyMap<DtNode, string>) {
    this.#nodes = nodes
  }

  /** `node` with other names for those below it. */
  of(node: DtNode): DtNode {
    const names = new Set(node.children.map(({ name }) => name))
    const children = node.children.map((child) => {
      const path = this.#nodes.get(child)
      const name = path === undefined ? child.name : this.#otherName(child, path, names)
      const changed = this.of(child)
      return name === child.name ? changed : { ...changed, name }
    })
    return children.every((child, index) => child === node.children[index]) ? node : { ...node, children }
  }

  #otherName(node: DtNode, path: string, taken: Set<string>): string {
    const unit = node.name.slice('memory'.length)
    let name = `memory-region${unit}`
    for (let number = 2; taken.has(name); number++) name = `memory-region${number}${unit}`
    taken.add(name)
    this.done.push({ node, from: path, to: `${path.slice(0, -node.name.length)}${name}` })
    return name
  }
}
