/** What a tree says of labels and phandles before any reference is resolved; also the place that stops at too deep a tree. */

import { MAX_DEPTH } from '../limits.ts'
import type { DtNode, DtPart, DtProperty, DtValue } from '../model.ts'
import type { DtProblem } from '../problem.ts'
import { childPath, faultIn } from './fault.ts'
import { valueBytes } from './value-bytes.ts'

/** Keys are full paths. */
export interface Survey {
  /** Paths of labelled nodes, by label. */
  readonly labels: ReadonlyMap<string, string>
  /** Phandles that nodes already have. */
  readonly phandles: ReadonlyMap<string, number>
  readonly hasReferences: boolean
  /** Some node is left out unless it is referred to. */
  readonly hasOmittable: boolean
  readonly problems: readonly DtProblem[]
}

/** Both names of a node's phandle; the second is what old trees have. */
const PHANDLE_NAMES = ['phandle', 'linux,phandle'] as const

export function survey(root: DtNode): Survey {
  const surveyor = new Surveyor()
  surveyor.visit(root, '/', 1)
  return surveyor
}

class Surveyor implements Survey {
  readonly labels = new Map<string, string>()
  readonly phandles = new Map<string, number>()
  readonly problems: DtProblem[] = []
  hasReferences = false
  hasOmittable = false
  /** Labels of nodes and properties, which share one name space in dtc, with the path of their node. */
  private readonly taken = new Map<string, string>()
  private readonly owners = new Map<number, string>()

  visit(node: DtNode, path: string, depth: number): void {
    if (depth > MAX_DEPTH) {
      this.problems.push(faultIn(path, node, undefined, `more than ${MAX_DEPTH} levels of nodes`))
      return
    }
    if (node.omitIfUnreferenced) this.hasOmittable = true
    if (node.labels.length > 0) {
      for (const label of new Set(node.labels)) if (this.take(label, path, node)) this.labels.set(label, path)
    }
    let hasPhandle = false
    for (const property of node.properties) {
      if (property.labels) for (const label of new Set(property.labels)) this.take(label, path, node, property)
      if (!this.hasReferences && hasReference(property.value)) this.hasReferences = true
      if (property.name === 'phandle' || property.name === 'linux,phandle') hasPhandle = true
    }
    if (hasPhandle) this.notePhandle(node, path)
    for (const child of node.children) this.visit(child, childPath(path, child.name), depth + 1)
  }

  private take(label: string, path: string, node: DtNode, property?: DtProperty): boolean {
    const first = this.taken.get(label)
    if (first === undefined) this.taken.set(label, path)
    else this.problems.push(faultIn(path, node, property, `the label '${label}' is already used in ${first}`))
    return first === undefined
  }

  /** Takes note of the node's own phandle, under the rules that dtc enforces. */
  private notePhandle(node: DtNode, path: string): void {
    const found = new Set<number>()
    let last: DtProperty | undefined
    for (const name of PHANDLE_NAMES) {
      const property = node.properties.find((candidate) => candidate.name === name)
      if (!property || hasReference(property.value)) continue
      const phandle = this.phandleValue(node, path, property)
      if (phandle !== undefined) found.add(phandle)
      last = property
    }
    const [phandle] = found
    if (phandle === undefined) return
    if (found.size > 1) this.problems.push(faultIn(path, node, last, `differs from the node's 'phandle'`))
    const owner = this.owners.get(phandle)
    if (owner !== undefined) {
      this.problems.push(faultIn(path, node, last, `0x${phandle.toString(16)} is already the phandle of ${owner}`))
    }
    this.owners.set(phandle, path)
    this.phandles.set(path, phandle)
  }

  private phandleValue(node: DtNode, path: string, property: DtProperty): number | undefined {
    const bytes = valueBytes(property.value)
    if (bytes?.length !== 4) {
      this.problems.push(faultIn(path, node, property, `a phandle has 4 bytes, not ${bytes?.length ?? 'this'}`))
      return undefined
    }
    const phandle = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
    if (phandle !== 0 && phandle !== 0xffff_ffff) return phandle
    this.problems.push(faultIn(path, node, property, `0x${phandle.toString(16)} cannot be a phandle`))
    return undefined
  }
}

/** Whether `resolve` must replace something in the part. */
export const isReference = (part: DtPart): boolean =>
  part.kind === 'path' || (part.kind === 'cells' && part.cells.some((cell) => typeof cell !== 'bigint'))

/** Whether `resolve` must replace something in the value. */
export function hasReference(value: DtValue): boolean {
  for (const part of value) if (part.kind !== 'bytes' && isReference(part)) return true
  return false
}
