/**
 * Merges the files of a manifest. Maps merge: keys of the base first, in its order, then new ones. Everything else replaces what
 * the base has, also a map a scalar and the other way around; the value `$delete` removes it.
 */
import { atValue, member, type Report } from '../diagnostics/diagnostic.ts'
import { EXTENDS, type Layer } from './layer.ts'

/** What the files say at one place. */
export type Part = MapPart | Leaf

interface MapPart {
  /** The last file that says it. */
  readonly layer: Layer
  readonly members: ReadonlyMap<string, Part>
}

/** A scalar or list, wholly of one file. */
interface Leaf {
  readonly layer: Layer
  readonly value: unknown
}

const DELETE = '$delete'

/** All of `layers`, each over those before it. `$delete` of what is not there is reported, and leaves nothing. */
export function merge(layers: readonly Layer[], report: Report): Part | undefined {
  const top = layers.at(-1)
  let merged: Part | undefined
  for (const layer of layers) {
    const { [EXTENDS]: _, ...rest } = layer.value
    merged = over(merged, layer === top ? layer.value : rest, { layer, report }, '')
  }
  return merged
}

interface Merging {
  readonly layer: Layer
  readonly report: Report
}

function over(below: Part | undefined, value: unknown, merging: Merging, pointer: string): Part | undefined {
  const { layer } = merging
  if (value === DELETE) {
    if (!below) reportNothing(merging, pointer, 'no base has this, so there is nothing to remove')
    return undefined
  }
  if (Array.isArray(value)) {
    refuseInside(value, merging, pointer)
    return { layer, value }
  }
  if (typeof value !== 'object' || value === null) return { layer, value }
  const members = new Map(below && 'members' in below ? below.members : [])
  for (const [key, inner] of Object.entries(value)) {
    const part = over(members.get(key), inner, merging, member(pointer, key))
    if (part) members.set(key, part)
    else members.delete(key)
  }
  return { layer, members }
}

/** A list is one value: nothing inside it can be removed. */
function refuseInside(value: unknown, merging: Merging, pointer: string): void {
  if (value === DELETE)
    reportNothing(merging, pointer, `'${DELETE}' inside a list removes nothing: a list replaces the base's as a whole`)
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) refuseInside(inner, merging, member(pointer, key))
}

const reportNothing = ({ layer, report }: Merging, pointer: string, message: string): void =>
  report('MAN-027', { at: layer.locate(atValue(pointer)), message, help: 'remove this line, or correct the name' })

/** As a plain value; objects have no prototype. */
export function plainValue(part: Part): unknown {
  if (!('members' in part)) return part.value
  const value: Record<string, unknown> = Object.create(null)
  for (const [key, inner] of part.members) value[key] = plainValue(inner)
  return value
}

/** The file that says what is at `pointer`, or the closest thing above it; `exact`: whether anything is there. */
export function holderOf(root: Part, pointer: string): { readonly layer: Layer; readonly exact: boolean } {
  let part = root
  for (const token of pointer.split('/').slice(1)) {
    // Below a list everything is of the list's file, which knows what is there.
    if (!('members' in part)) break
    const next = part.members.get(token.replaceAll('~1', '/').replaceAll('~0', '~'))
    if (!next) return { layer: part.layer, exact: false }
    part = next
  }
  return { layer: part.layer, exact: true }
}
