/**
 * The device tree as immutable plain data. Values are typed where they are created and plain bytes where they were read
 * from a blob; references to labels stay references until `resolve` turns them into phandles and paths.
 *
 * This folder knows device trees (Devicetree Specification 0.4) and nothing of domains, Xen or manifests.
 */
import type { Origin } from '../diagnostics/diagnostic.ts'

/** A whole tree with what a blob holds beside its nodes. */
export interface DeviceTree {
  readonly root: DtNode
  /** Memory reservation block, in order. Addresses are the machine's; sizes in bytes. */
  readonly reservations: readonly Reservation[]
  /** `boot_cpuid_phys` of the header. */
  readonly bootCpuid: number
}

export interface Reservation {
  readonly address: bigint
  readonly size: bigint
}

export interface DtNode {
  /** With its unit address, e.g. `memory@40000000`; the root's is empty. */
  readonly name: string
  /** Without colon. */
  readonly labels: readonly string[]
  /** In order; names are unique. */
  readonly properties: readonly DtProperty[]
  /** In order; names are unique. */
  readonly children: readonly DtNode[]
  /** Who asked for this node. Never looked into here. */
  readonly origin?: Origin
  /** Leave the node out unless something refers to it (`/omit-if-no-ref/`). */
  readonly omitIfUnreferenced?: boolean
}

export interface DtProperty {
  readonly name: string
  readonly labels?: readonly string[]
  readonly value: DtValue
  readonly origin?: Origin
}

/** The parts of a value, concatenated. None: a property without value (true by being there). */
export type DtValue = readonly DtPart[]

export type DtPart = CellsPart | StringPart | BytesPart | PathPart

/** Unsigned integers of one width, big-endian: `<1 2>`, or `/bits/ 64 <…>`. Negative numbers do not occur. */
export interface CellsPart {
  readonly kind: 'cells'
  readonly bits: 8 | 16 | 32 | 64
  readonly cells: readonly Cell[]
  readonly origin?: Origin
}

export type Cell = bigint | PhandleReference

/** The phandle of the node that is meant; only in 32-bit cells. */
export interface PhandleReference {
  readonly kind: 'phandle'
  readonly target: ReferenceTarget
}

/** A node, by label (`&uart0`) or by full path (`&{/soc/uart@0}`). */
export type ReferenceTarget = { readonly label: string } | { readonly path: string }

/** One string; its terminating NUL is not part of `text`. A list of strings is several parts. */
export interface StringPart {
  readonly kind: 'string'
  readonly text: string
  readonly origin?: Origin
}

/** Bytes whose type is unknown, or `[00 11]`. */
export interface BytesPart {
  readonly kind: 'bytes'
  readonly data: Uint8Array
  readonly origin?: Origin
}

/** The full path of a node as a string: `&label` outside of cells. */
export interface PathPart {
  readonly kind: 'path'
  readonly target: ReferenceTarget
  readonly origin?: Origin
}

/** Lists up to this long are searched from the front; nearly all are. */
const FEW = 16

interface NameIndex {
  /** Of the list when it was gone through: readers make lists longer. */
  readonly length: number
  readonly byName: ReadonlyMap<string, unknown>
}

const indexes = new WeakMap<object, NameIndex>()

/** Names are unique in a list. Long lists are gone through once. */
function named<T extends { readonly name: string }>(list: readonly T[], name: string): T | undefined {
  if (list.length <= FEW) {
    for (const item of list) if (item.name === name) return item
    return undefined
  }
  let index = indexes.get(list)
  if (index?.length !== list.length) {
    index = { length: list.length, byName: new Map(list.map((item) => [item.name, item])) }
    indexes.set(list, index)
  }
  return index.byName.get(name) as T | undefined
}

/** Finds the child of that exact name. */
export const childNamed = (node: DtNode, name: string): DtNode | undefined => named(node.children, name)

export const propertyNamed = (node: DtNode, name: string): DtProperty | undefined => named(node.properties, name)

export const hasProperty = (node: DtNode, name: string): boolean => propertyNamed(node, name) !== undefined

/** Visits nodes in the order in which a flattened tree holds them, with their full paths (`/` for the root). */
export function* walk(root: DtNode): Generator<{ readonly node: DtNode; readonly path: string }> {
  yield* walkFrom(root, '')
}

function* walkFrom(node: DtNode, path: string): Generator<{ readonly node: DtNode; readonly path: string }> {
  yield { node, path: path || '/' }
  for (const child of node.children) yield* walkFrom(child, `${path}/${child.name}`)
}

/** The node at an exact full path (`/cpus/cpu@0`), or `undefined`. Aliases are `readings/`' business. */
export function nodeAt(root: DtNode, path: string): DtNode | undefined {
  if (path === '/') return root
  if (!path.startsWith('/')) return undefined
  let node: DtNode | undefined = root
  for (const name of path.slice(1).split('/')) node = node && childNamed(node, name)
  return node
}
