/** The live tree with what finds nodes in it. */
import { MAX_DEPTH } from '../limits.ts'
import { MAX_AMBIGUOUS_LABELS } from './limits.ts'
import { addLabel, appendChild, type LiveNode, livingChild } from './live-tree.ts'
import { DtsSyntaxProblem, originOf, type Place, quoted } from './syntax-problem.ts'

export class LiveTree {
  readonly root: LiveNode
  /** How many fragments got a number. */
  fragments = 0
  /** How often a label was looked for that is on several nodes. */
  #ambiguous = 0
  /** Nodes that had the label when they came into the tree or got it there. */
  readonly #byLabel = new Map<string, Set<LiveNode>>()

  constructor(root: LiveNode) {
    this.root = root
    this.#register(root, 0)
  }

  label(node: LiveNode, label: string, at: Place): void {
    addLabel(node, label, at)
    this.#remember(label, node)
  }

  /** Appends a subtree. */
  attach(parent: LiveNode, child: LiveNode): void {
    appendChild(parent, child)
    this.#register(child, parent.depth + 1)
  }

  /** The node that `target` (label, full path, or `label/path`) means. */
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
      if (!isLabelled(node, label)) candidates?.delete(node)
      else if (found) return this.#firstLabelled(label, at)
      else found = node
    }
    return found
  }

  /**
   * One of several may be deleted yet: until then dtc takes the first one in the tree. Finding it takes long, so not
   * too often.
   */
  #firstLabelled(label: string, at: Place): LiveNode | undefined {
    this.#ambiguous++
    if (this.#ambiguous > MAX_AMBIGUOUS_LABELS) {
      throw new DtsSyntaxProblem({ message: `the label ${quoted(label)} is on several nodes`, at: originOf(at) }, true)
    }
    const firstBelow = (node: LiveNode): LiveNode | undefined => {
      if (isLabelled(node, label)) return node
      for (const child of node.children) {
        const found = child.deleted ? undefined : firstBelow(child)
        if (found) return found
      }
      return undefined
    }
    return firstBelow(this.root)
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

const isLabelled = (node: LiveNode, label: string): boolean =>
  !node.deleted && node.labels.get(label)?.deleted === false

/** `path` from `start` on; as in dtc, superfluous slashes mean nothing. */
function atPath(start: LiveNode, path: string): LiveNode | undefined {
  let node: LiveNode | undefined = start.deleted ? undefined : start
  for (const name of path.split('/')) if (name !== '' && node) node = livingChild(node, name)
  return node
}
