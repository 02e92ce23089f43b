/** The pieces of an overlay, and where in the base tree they belong. */
import { type BlobNode, nodeAtPath, nodesOf } from './blob-node.ts'
import { OverlayProblem } from './overlay-problem.ts'

export interface Fragment {
  readonly node: BlobNode
  /** Its `__overlay__`: what to merge. */
  readonly contents: BlobNode
}

export interface Target {
  readonly node: BlobNode
  /** How `target-path` spells it, if that is what named it. */
  readonly spelling?: string
}

/** Nodes of the overlay that have something to merge. */
export function fragmentsOf(overlay: BlobNode): Fragment[] {
  return overlay.children().flatMap((node) => {
    const contents = node.child('__overlay__')
    return contents ? [{ node, contents }] : []
  })
}

/** The base tree with its nodes by phandle. */
export class TargetTree {
  readonly root: BlobNode
  readonly #byPhandle = new Map<number, BlobNode>()

  constructor(root: BlobNode) {
    this.root = root
    for (const node of nodesOf(root)) this.remember(node)
  }

  /** To be called for a node that got a phandle. */
  remember(node: BlobNode): void {
    const phandle = node.phandle()
    if (phandle !== undefined) this.#byPhandle.set(phandle, node)
  }

  /** `target`, or else `target-path`; `undefined`: there is no such node (yet). */
  find({ node }: Fragment): Target | undefined {
    const target = node.property('target')
    const phandle = target ? target.word() : 0
    if (target && (target.bytes.length !== 4 || phandle === 0xffff_ffff)) {
      throw new OverlayProblem(`${node.path}: target is not a phandle`, target.source.origin)
    }
    if (phandle) {
      const found = this.#byPhandle.get(phandle)
      return found?.phandle() === phandle ? { node: found } : undefined
    }
    const spelling = node.property('target-path')?.text()
    if (spelling === undefined) {
      throw new OverlayProblem(`${node.path} has neither target nor target-path`, node.source.origin)
    }
    const found = nodeAtPath(this.root, spelling)
    return found && { node: found, spelling }
  }

  /** As `find`, but the node has to be there. */
  get(fragment: Fragment): Target {
    const found = this.find(fragment)
    if (found) return found
    const { path, source } = fragment.node
    const where = fragment.node.property('target-path')?.text()
    const what = where === undefined ? 'the phandle of its target' : `'${where}'`
    throw new OverlayProblem(`${path}: the base tree has no node with ${what}`, source.origin)
  }
}
