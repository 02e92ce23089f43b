/** A tree with the ways through it that a node alone does not have: up, by path, by phandle. */
import type { DtNode } from '../model.ts'
import { phandleOfNode } from './node.ts'

/** A node at its place. Found through a TreeIndex; one object per place, so that places compare by identity. */
export interface Place {
  readonly node: DtNode
  /** Full path; `/` for the root. */
  readonly path: string
  /** Missing for the root. */
  readonly parent?: Place
}

/** Made by `indexTree`; knows nothing of later versions of the tree. */
export interface TreeIndex {
  readonly root: Place
  /** Every node, in the order of the flattened tree. */
  readonly places: readonly Place[]
  /** The node at an exact full path. `resolvePath` knows aliases. */
  at(path: string): Place | undefined
  /** The node with that phandle; the first one, if several have it. */
  byPhandle(phandle: number): Place | undefined
  /** The children's places, in order. */
  children(place: Place): readonly Place[]
}

const indexes = new WeakMap<DtNode, TreeIndex>()

/**
 * Visits every node once, and once per tree, however many ask. The tree should be resolved: references that are still labels read as
 * malformed values.
 */
export function indexTree(root: DtNode): TreeIndex {
  const index = indexes.get(root) ?? newIndex(root)
  indexes.set(root, index)
  return index
}

function newIndex(root: DtNode): TreeIndex {
  const places: Place[] = []
  const children = new Map<Place, Place[]>()
  const enter = (node: DtNode, parent: Place | undefined): Place => {
    const place = parent
      ? { node, path: `${parent.parent ? parent.path : ''}/${node.name}`, parent }
      : { node, path: '/' }
    places.push(place)
    children.set(
      place,
      node.children.map((child) => enter(child, place)),
    )
    return place
  }
  const rootPlace = enter(root, undefined)
  const childrenOf = (place: Place): readonly Place[] => children.get(place) ?? []
  let phandles: Map<number, Place> | undefined
  let paths: Map<string, Place> | undefined
  return {
    root: rootPlace,
    places,
    at: (path) => {
      paths ??= new Map(places.map((place) => [place.path, place]))
      return path.startsWith('/') ? (paths.get(path) ?? paths.get(plainPath(path))) : undefined
    },
    byPhandle: (phandle) => {
      phandles ??= indexPhandles(places)
      return phandles.get(phandle)
    },
    children: childrenOf,
  }
}

/** Superfluous slashes mean nothing. */
const plainPath = (path: string): string =>
  `/${path
    .split('/')
    .filter((name) => name !== '')
    .join('/')}`

function indexPhandles(places: readonly Place[]): Map<number, Place> {
  const phandles = new Map<number, Place>()
  for (const place of places) {
    const phandle = phandleOfNode(place.node)
    if (phandle !== undefined && !phandles.has(phandle)) phandles.set(phandle, place)
  }
  return phandles
}
