/** Turns references to labels and paths into phandles and path strings. */
import { cells, property as makeProperty, text } from '../build.ts'
import { type DeviceTree, type DtNode, type DtPart, type DtProperty, hasProperty } from '../model.ts'
import type { DtResult } from '../problem.ts'
import { type Assignment, assignPhandles, targetPath } from './assign.ts'
import { childPath } from './fault.ts'
import { hasReference, isReference, type Survey, survey } from './survey.ts'

/**
 * The tree without references: what a blob of it holds, still typed, with all origins and labels. Nodes with `omitIfUnreferenced`
 * that nothing refers to are gone; resolving twice changes nothing more. Parts without references are shared with the input.
 *
 * A `phandle` or `linux,phandle` that a node has is never changed. New numbers are dtc's: the smallest from 1 upwards that is free, in the
 * order in which the flattened tree refers to nodes; the new `phandle` is the node's last property. Problems: two equal labels, an unknown
 * target, two nodes with one phandle, phandles 0 and 0xffffffff.
 */
export function resolve(tree: DeviceTree): DtResult<DeviceTree> {
  const known = survey(tree.root)
  if (!known.hasReferences && !known.hasOmittable) {
    return known.problems.length > 0 ? { ok: false, problems: known.problems } : { ok: true, value: tree }
  }
  const assigned = assignPhandles(tree.root, known)
  const problems = [...known.problems, ...assigned.problems]
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, value: { ...tree, root: new Resolver(tree.root, known, assigned).node(tree.root, '/') } }
}

class Resolver {
  private readonly root: DtNode
  private readonly known: Survey
  private readonly assigned: Assignment

  constructor(root: DtNode, known: Survey, assigned: Assignment) {
    this.root = root
    this.known = known
    this.assigned = assigned
  }

  node(node: DtNode, path: string): DtNode {
    const properties = sameOr(
      node.properties,
      node.properties.map((property) => this.property(property)),
    )
    const children: DtNode[] = []
    for (const child of node.children) {
      const at = childPath(path, child.name)
      if (!child.omitIfUnreferenced || this.assigned.referenced.has(at)) children.push(this.node(child, at))
    }
    const phandle = this.newPhandle(node, path)
    const kept = sameOr(node.children, children)
    if (!phandle && properties === node.properties && kept === node.children && !node.omitIfUnreferenced) return node
    const { omitIfUnreferenced: _, ...rest } = node
    return { ...rest, properties: phandle ? [...properties, phandle] : properties, children: kept }
  }

  private newPhandle(node: DtNode, path: string): DtProperty | undefined {
    if (this.known.phandles.has(path) || hasProperty(node, 'phandle')) return undefined
    const phandle = this.assigned.phandles.get(path)
    return phandle === undefined ? undefined : makeProperty('phandle', [cells([phandle])], node.origin)
  }

  private property(property: DtProperty): DtProperty {
    if (!hasReference(property.value)) return property
    return { ...property, value: property.value.map((part) => (isReference(part) ? this.part(part) : part)) }
  }

  private part(part: DtPart): DtPart {
    const { root, known, assigned } = this
    if (part.kind === 'path') return text(targetPath(root, known.labels, part.target) ?? '', part.origin)
    if (part.kind !== 'cells') return part
    const resolved = part.cells.map((cell) => {
      if (typeof cell === 'bigint') return cell
      return BigInt(assigned.phandles.get(targetPath(root, known.labels, cell.target) ?? '') ?? 0)
    })
    return { ...part, cells: resolved }
  }
}

/** The old list when the new one has the same members, so that unchanged parts of a tree stay the same objects. */
const sameOr = <T>(old: readonly T[], fresh: readonly T[]): readonly T[] =>
  old.length === fresh.length && fresh.every((member, index) => member === old[index]) ? old : fresh
