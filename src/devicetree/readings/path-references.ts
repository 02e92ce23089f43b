/** Who names nodes by their full paths: renaming such a node would lead them nowhere. */
import { childNamed, type DtNode, type DtProperty, walk } from '../model.ts'
import { stringList } from './values.ts'

/** A property that says the path of a node, or of one below it. */
export interface PathReference {
  readonly to: DtNode
  /** Path of the node that says it. */
  readonly path: string
  readonly property: string
}

/** For people: `mem0 of /aliases`. */
export const referrer = ({ path, property }: PathReference): string => `${property} of ${path}`

/**
 * Everything in the tree below `from` that says a full path of the tree below `root`, as aliases, `stdout-path`, symbols and fixups do, and any other string
 * that begins with a slash: for each the nodes on that path that `isMeant`. The two are one tree, or `from` is one that speaks of another, as a partial
 * device tree does.
 */
export function* pathReferences(
  from: DtNode,
  root: DtNode,
  isMeant: (node: DtNode) => boolean,
): Generator<PathReference> {
  for (const { node, path } of walk(from))
    for (const property of node.properties)
      for (const text of pathsIn(property))
        for (const to of along(root, text)) if (isMeant(to)) yield { to, path, property: property.name }
}

/** The paths that a property says; each up to its options or, in `__fixups__`, its property. */
function pathsIn(property: DtProperty): readonly string[] {
  const list = stringList(property) ?? []
  return list.flatMap((text) => (text.startsWith('/') ? (text.split(':', 1)[0] ?? []) : []))
}

/** The nodes below `root` on a full path, from the top, as far as there are such. Names are compared whole, with their unit address. */
function along(root: DtNode, path: string): readonly DtNode[] {
  const nodes: DtNode[] = []
  let node: DtNode | undefined = root
  for (const name of path.split('/')) {
    if (name === '') continue
    node = childNamed(node, name)
    if (!node) break
    nodes.push(node)
  }
  return nodes
}
