/** The base tree's phandles that the overlay wants: by label, through the base tree's symbols. */
import { type BlobNode, nodeAtPath } from './blob-node.ts'
import type { BlobProperty } from './blob-property.ts'
import { OverlayProblem } from './overlay-problem.ts'

/** `path:property:offset` */
const FIXUP = /^([^:]*):([^:]+):([0-9]+)$/

/** Writes the phandle of each label in `/__fixups__` where it is wanted. */
export function fillInLabels(base: BlobNode, overlay: BlobNode): void {
  for (const fixup of overlay.child('__fixups__')?.properties() ?? []) {
    const phandle = phandleOfLabel(base, fixup)
    for (const place of stringsOf(fixup)) fillIn(overlay, place, phandle, fixup)
  }
}

function phandleOfLabel(base: BlobNode, { source: { name, origin } }: BlobProperty): number {
  const symbols = base.child('__symbols__')
  const help = 'compile the base tree with dtc -@'
  if (!symbols)
    throw new OverlayProblem(`the base tree has no /__symbols__ to find the label '${name}' in`, origin, help)
  const path = symbols.property(name)?.text()
  if (path === undefined) throw new OverlayProblem(`the base tree has no label '${name}' in /__symbols__`, origin)
  const node = nodeAtPath(base, path)
  if (!node) throw new OverlayProblem(`the base tree has no node '${path}', which is its label '${name}'`, origin)
  const phandle = node.phandle()
  if (phandle === undefined) throw new OverlayProblem(`the base tree's '${path}' has no phandle`, origin, help)
  return phandle
}

function stringsOf(fixup: BlobProperty): string[] {
  const { bytes, source } = fixup
  if (bytes.at(-1) !== 0) {
    throw new OverlayProblem(`/__fixups__: ${source.name} is not a list of strings`, source.origin)
  }
  return new TextDecoder().decode(bytes.subarray(0, -1)).split('\0')
}

function fillIn(overlay: BlobNode, place: string, phandle: number, { source: { name, origin } }: BlobProperty): void {
  const [, path, propertyName, digits] = FIXUP.exec(place) ?? []
  if (path === undefined || propertyName === undefined) {
    throw new OverlayProblem(`/__fixups__: ${name}: '${place}' is not path:property:offset`, origin)
  }
  const property = nodeAtPath(overlay, path)?.property(propertyName)
  const offset = Number(digits)
  if (property?.word(offset) === undefined) {
    throw new OverlayProblem(`/__fixups__: ${name}: the overlay has no 32 bits at '${place}'`, origin)
  }
  property.setWord(offset, phandle)
}
