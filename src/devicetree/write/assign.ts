/** Which node each reference means, and which phandle that node gets. */
import { type DtNode, type DtPart, type DtProperty, nodeAt, type ReferenceTarget } from '../model.ts'
import type { DtProblem } from '../problem.ts'
import { childPath, faultIn } from './fault.ts'
import type { Survey } from './survey.ts'

/** Keys are full paths. */
export interface Assignment {
  /** All phandles, old and new. */
  readonly phandles: ReadonlyMap<string, number>
  /** Nodes that something refers to. */
  readonly referenced: ReadonlySet<string>
  readonly problems: readonly DtProblem[]
}

/** The path that a reference means in this tree; `undefined` if there is no such node. */
export function targetPath(
  root: DtNode,
  labels: ReadonlyMap<string, string>,
  target: ReferenceTarget,
): string | undefined {
  if ('label' in target) return labels.get(target.label)
  const path = `/${target.path.split('/').filter(Boolean).join('/')}`
  return target.path.startsWith('/') && nodeAt(root, path) ? path : undefined
}

/**
 * Numbers as dtc does: references in the order of the flattened tree; a node without phandle gets the smallest number from 1
 * upwards that no node has.
 */
export function assignPhandles(root: DtNode, known: Survey): Assignment {
  const assigner = new Assigner(root, known)
  assigner.visit(root, '/')
  return assigner
}

class Assigner implements Assignment {
  readonly phandles: Map<string, number>
  readonly referenced = new Set<string>()
  readonly problems: DtProblem[] = []
  private readonly root: DtNode
  private readonly labels: ReadonlyMap<string, string>
  private readonly taken: Set<number>
  private next = 1

  constructor(root: DtNode, known: Survey) {
    this.root = root
    this.labels = known.labels
    this.phandles = new Map(known.phandles)
    this.taken = new Set(known.phandles.values())
  }

  visit(node: DtNode, path: string): void {
    for (const property of node.properties) {
      for (const part of property.value) {
        if (part.kind === 'path') this.refer(part.target, node, path, property, part)
        else if (part.kind === 'cells') this.cells(part.cells, part, node, path, property)
      }
    }
    for (const child of node.children) this.visit(child, childPath(path, child.name))
  }

  private cells(
    cells: Extract<DtPart, { kind: 'cells' }>['cells'],
    part: Extract<DtPart, { kind: 'cells' }>,
    node: DtNode,
    path: string,
    property: DtProperty,
  ): void {
    for (const cell of cells) {
      if (typeof cell === 'bigint') continue
      if (part.bits !== 32) {
        this.problems.push(faultIn(path, node, property, `a phandle needs 32 bits, not ${part.bits}`, part))
      }
      const target = this.refer(cell.target, node, path, property, part)
      if (target === undefined) continue
      if (target !== path && (property.name === 'phandle' || property.name === 'linux,phandle')) {
        this.problems.push(faultIn(path, node, property, `is the phandle of another node, ${target}`, part))
      }
      if (!this.phandles.has(target)) this.phandles.set(target, this.free())
    }
  }

  private refer(
    target: ReferenceTarget,
    node: DtNode,
    path: string,
    property: DtProperty,
    part: DtPart,
  ): string | undefined {
    const found = targetPath(this.root, this.labels, target)
    if (found !== undefined) this.referenced.add(found)
    else {
      const what = 'label' in target ? `label '${target.label}'` : `path '${target.path}'`
      this.problems.push(faultIn(path, node, property, `no node has the ${what}`, part))
    }
    return found
  }

  private free(): number {
    while (this.taken.has(this.next)) this.next++
    this.taken.add(this.next)
    return this.next
  }
}
