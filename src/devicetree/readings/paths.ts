/** Names that the tree gives to nodes: aliases (Devicetree Specification 0.4 §3.3) and `stdout-path` (§3.6). */
import { propertyNamed } from '../model.ts'
import { type Reading, read, unread } from './reading.ts'
import type { Place, TreeIndex } from './tree-index.ts'
import { stringValue } from './values.ts'

export interface ResolvedPath {
  readonly place: Place
  /** What follows the colon, e.g. `115200n8`; its meaning is the driver's. */
  readonly options?: string
}

/**
 * The node that a path with optional options means: `/soc/serial@0`, `serial0`, `serial0/child`, each perhaps with `:115200n8`. A first part
 * without leading slash is a property of `/aliases`, whose value must be a full path. Names are compared whole, with their unit address.
 */
export function resolvePath(tree: TreeIndex, text: string): Reading<ResolvedPath> {
  const colon = text.indexOf(':')
  const path = colon < 0 ? text : text.slice(0, colon)
  const full = path.startsWith('/') ? read(path) : expandAlias(tree, path)
  if (!full.ok) return full
  const place = tree.at(full.value)
  if (!place) return unread(`there is no node ${full.value}`)
  return read(colon < 0 ? { place } : { place, options: text.slice(colon + 1) })
}

function expandAlias(tree: TreeIndex, path: string): Reading<string> {
  const [alias = '', ...rest] = path.split('/')
  const property = aliasProperty(tree, alias)
  if (!property) return unread(`/aliases has no '${alias}'`)
  const target = stringValue(property)
  if (!target?.startsWith('/')) return unread(`the alias '${alias}' is not a full path`)
  return read([target, ...rest].join('/'))
}

const aliasProperty = (tree: TreeIndex, alias: string) => {
  const aliases = tree.at('/aliases')
  return aliases && propertyNamed(aliases.node, alias)
}

/** Every alias that names an existing node, in order. */
export function aliases(tree: TreeIndex): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>()
  for (const property of tree.at('/aliases')?.node.properties ?? []) {
    const path = stringValue(property)
    const place = path?.startsWith('/') ? tree.at(path) : undefined
    if (place) found.set(property.name, place)
  }
  return found
}

/** The console that `/chosen` names: `stdout-path`, or `linux,stdout-path` in old trees. */
export function stdoutPath(tree: TreeIndex): Reading<ResolvedPath> {
  const chosen = tree.at('/chosen')?.node
  const property = chosen && (propertyNamed(chosen, 'stdout-path') ?? propertyNamed(chosen, 'linux,stdout-path'))
  if (!property) return unread(`/chosen has no 'stdout-path'`)
  const path = stringValue(property)
  return path === undefined ? unread(`'stdout-path' is not a string`) : resolvePath(tree, path)
}
