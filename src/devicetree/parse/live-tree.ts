/**
 * A tree while its source is being read. As in dtc, what is deleted stays in its place, marked: should it come back, it
 * comes back there (dtc's livetree.c).
 */
import type { Cell, DtPart } from '../model.ts'
import type { Place } from './syntax-problem.ts'

/** The labels of one thing, oldest first; dtc lists them the other way round. */
export type Labels = Map<string, LabelState>

interface LabelState {
  deleted: boolean
  readonly at: Place
}

/** Shared by all that have none, which is nearly everything; `addLabel` replaces it. */
const NO_LABELS: Labels = new Map()

/** A reference inside a value. `target`: label, full path, or `label/path`. */
export interface LiveReference {
  readonly kind: 'phandle' | 'path'
  readonly target: string
  readonly at: Place
  /** Index of its part in the value. */
  readonly part: number
  /** Index of its cell in the part; 0 for a path. */
  readonly cell: number
}

export interface LivePart {
  part: DtPart
  /** The cells of a part that may have to change. */
  readonly cells?: Cell[]
}

export interface LiveValue {
  readonly parts: LivePart[]
  readonly references: readonly LiveReference[]
  /** Labels between the bytes. */
  readonly labels: readonly { readonly name: string; readonly at: Place }[]
}

export interface LiveProperty {
  readonly name: string
  labels: Labels
  value: LiveValue
  at: Place
  deleted: boolean
}

export interface LiveNode {
  name: string
  labels: Labels
  readonly properties: LiveProperty[]
  readonly propertyIndex: Map<string, LiveProperty>
  readonly children: LiveNode[]
  readonly childIndex: Map<string, Namesakes>
  readonly at: Place
  deleted: boolean
  omitIfUnreferenced: boolean
  /** Levels above it; the root's is 0. Set when the node gets into the tree. */
  depth: number
}

/** The children of one name: more than one only until the tree is checked. */
interface Namesakes {
  readonly nodes: LiveNode[]
  /** All between the first and this index are deleted, and stay so: only the first can come back, by merging. */
  alive: number
}

export const NO_VALUE: LiveValue = { parts: [], references: [], labels: [] }

export const liveNode = (name: string, at: Place): LiveNode => ({
  name,
  labels: NO_LABELS,
  properties: [],
  propertyIndex: new Map(),
  children: [],
  childIndex: new Map(),
  at,
  deleted: false,
  omitIfUnreferenced: false,
  depth: 0,
})

export const liveProperty = (name: string, value: LiveValue, at: Place): LiveProperty => ({
  name,
  labels: NO_LABELS,
  value,
  at,
  deleted: false,
})

export function addLabel(thing: { labels: Labels }, name: string, at: Place): void {
  if (thing.labels === NO_LABELS) thing.labels = new Map()
  const known = thing.labels.get(name)
  if (known) known.deleted = false
  else thing.labels.set(name, { deleted: false, at })
}

/** The order in which dtc goes through labels: the last one given first. */
export const newestFirst = (labels: Labels): readonly (readonly [string, LabelState])[] =>
  labels.size === 0 ? NONE : [...labels].reverse()
const NONE: readonly [] = []

export const livingLabels = (labels: Labels): string[] =>
  newestFirst(labels)
    .filter(([, { deleted }]) => !deleted)
    .map(([name]) => name)

export function appendProperty(node: LiveNode, property: LiveProperty): void {
  node.properties.push(property)
  if (!node.propertyIndex.has(property.name)) node.propertyIndex.set(property.name, property)
}

export function appendChild(node: LiveNode, child: LiveNode): void {
  node.children.push(child)
  const namesakes = node.childIndex.get(child.name)
  if (namesakes) namesakes.nodes.push(child)
  else node.childIndex.set(child.name, { nodes: [child], alive: 1 })
}

/** The first child of that name, deleted or not. */
export const firstChild = (node: LiveNode, name: string): LiveNode | undefined => node.childIndex.get(name)?.nodes[0]

/** The first child of that name that is not deleted. */
export function livingChild(node: LiveNode, name: string): LiveNode | undefined {
  const namesakes = node.childIndex.get(name)
  const first = namesakes?.nodes[0]
  if (!namesakes || (first && !first.deleted)) return first
  while (namesakes.nodes[namesakes.alive]?.deleted) namesakes.alive++
  return namesakes.nodes[namesakes.alive]
}
