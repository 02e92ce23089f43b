/** The overlay's own phandles: moved out of the way of the base tree's. */
import type { BlobNode } from './blob-node.ts'
import { nodesOf, PHANDLE_NAMES } from './blob-node.ts'
import type { BlobProperty } from './blob-property.ts'
import { OverlayProblem } from './overlay-problem.ts'

/** The largest 32-bit number is not a phandle. */
const NO_PHANDLE = 0xffff_ffff

/** The largest phandle in the tree; 0 if there is none. */
export function largestPhandle(root: BlobNode): number {
  let largest = 0
  for (const node of nodesOf(root)) largest = Math.max(largest, node.phandle() ?? 0)
  return largest
}

/** Adds `delta` to all phandles of the overlay and to what refers to them. */
export function movePhandles(overlay: BlobNode, delta: number): void {
  for (const node of nodesOf(overlay)) {
    for (const name of PHANDLE_NAMES) {
      const property = node.property(name)
      if (property) property.setWord(0, moved(node, property, delta))
    }
  }
  for (const { property, offset, word } of localReferences(overlay)) property.setWord(offset, (word + delta) >>> 0)
}

function moved(node: BlobNode, property: BlobProperty, delta: number): number {
  const { name, origin } = property.source
  if (property.bytes.length !== 4) throw new OverlayProblem(`${node.path}: ${name} is not one 32-bit number`, origin)
  const phandle = (property.word() ?? 0) + delta
  if (phandle >= NO_PHANDLE) {
    const message = `${node.path}: the phandle 0x${property.word()?.toString(16)} cannot be moved past the base tree's largest, 0x${delta.toString(16)}`
    throw new OverlayProblem(message, origin)
  }
  return phandle
}

export interface LocalReference {
  readonly property: BlobProperty
  readonly offset: number
  readonly word: number
}

/** The places in the overlay that hold one of its own phandles: `/__local_fixups__` has the shape of the overlay. */
export function localReferences(overlay: BlobNode): LocalReference[] {
  const fixups = overlay.child('__local_fixups__')
  return fixups ? referencesBelow(overlay, fixups) : []
}

function referencesBelow(node: BlobNode, fixups: BlobNode): LocalReference[] {
  const found = fixups.properties().flatMap((fixup) => {
    const property = node.property(fixup.source.name)
    if (!property) throw dangling(`${fixups.path} names a property '${fixup.source.name}'`, node, fixups)
    return offsetsOf(fixup, fixups).map((offset) => {
      const word = property.word(offset)
      if (word === undefined)
        throw dangling(`${fixups.path} names offset ${offset} of '${fixup.source.name}'`, node, fixups)
      return { property, offset, word }
    })
  })
  for (const child of fixups.children()) {
    const counterpart = node.child(child.name)
    if (!counterpart) throw dangling(`${child.path} names a node '${child.name}'`, node, child)
    for (const reference of referencesBelow(counterpart, child)) found.push(reference)
  }
  return found
}

const dangling = (what: string, node: BlobNode, fixups: BlobNode): OverlayProblem =>
  new OverlayProblem(`${what} that ${node.path} does not have`, fixups.source.origin)

function offsetsOf(fixup: BlobProperty, node: BlobNode): number[] {
  const { bytes, source } = fixup
  if (bytes.length % 4 !== 0) {
    throw new OverlayProblem(`${node.path}: ${source.name} is not a list of 32-bit offsets`, source.origin)
  }
  return Array.from({ length: bytes.length / 4 }, (_, index) => fixup.word(4 * index) ?? 0)
}
