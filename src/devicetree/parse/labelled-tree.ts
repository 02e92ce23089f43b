/** The live tree with what finds nodes in it. */
import { MAX_DEPTH } from '../limits.ts'
import { addLabel, appendChild, type LiveNode, livingChild } from './live-tree.ts'
import { DtsSyntaxProblem, originOf, type Place, quoted } from './syntax-problem.ts'

export class LiveTree {
  readonly root: LiveNode
  /** How many fragments got a number. */
  fragments = 0
  /** Nodes that had the label when they came into the tree or got it there. */
  readonly #byLabel = new Map<string, Set<LiveNode>>()

  constructor(root: LiveNode) {
    this.root = root
    this.#register(root, 0)
  }

  label(node: LiveNode, label: string, at: Place): void {
    addLabel(node.labels, label, at)
    this.#remember(label, node)
  }

  /** Appends a subtree. */
  attach(parent: LiveNode, child: LiveNode): void {
    appendChild(parent, child)
    this.#register(child, parent.depth + 1)
  }

  /** The node that `target` (label, full path, or `label/path`) means. A label on two nodes is refused. */
  find(target: string, at: Place): LiveNode | undefined {
    if (target.startsWith('/')) return atPath(this.root, target)
    const slash = target.indexOf('/')
    if (slash < 0) return this.#labelled(target, at)
    const start = this.#labelled(target.slice(0, slash), at)
    return start && atPath(start, target.slice(slash + 1))
  }

  #labelled(label: string, at: Place): LiveNode | undefined {
    const candidates = this.#byLabel.get(label)
    let found: LiveNode | undefined
    for (const node of candidates ?? []) {
      if (node.deleted || node.labels.get(label)?.deleted !== false) {
        candidates?.delete(node)
      } else if (found) {
        throw new DtsSyntaxProblem({
          message: `the label ${quoted(label)} is on two nodes, ${quoted(found.name)} and ${quoted(node.name)}`,
          at: originOf(at),
        })
      } else {
        found = node
      }
    }
    return found
  }

  #register(node: LiveNode, depth: number): void {
    if (depth >= MAX_DEPTH) {
      const message = `the tree has more than ${MAX_DEPTH} levels of nodes here`
      throw new DtsSyntaxProblem({ message, at: originOf(node.at) }, true)
    }
    node.depth = depth
    for (const label of node.labels.keys()) this.#remember(label, node)
    for (const child of node.children) this.#register(child, depth + 1)
  }

  #remember(label: string, node: LiveNode): void {
    const known = this.#byLabel.get(label)
    if (known) known.add(node)
    else this.#byLabel.set(label, new Set([node]))
  }
}

/** `path` from `start` on; as in dtc, superfluous slashes mean nothing. */
function atPath(start: LiveNode, path: string): LiveNode | undefined {
  let node: LiveNode | undefined = start.deleted ? undefined : start
  for (const name of path.split('/')) if (name !== '' && node) node = livingChild(node, name)
  return node
}
