/** Nodes that both trees have and that have a phandle in both: the base tree's stays, so that its references do. */
import type { BlobNode } from './blob-node.ts'
import { PHANDLE_NAMES } from './blob-node.ts'
import type { Fragment, TargetTree } from './fragments.ts'
import { localReferences } from './local-phandles.ts'

export function keepBasePhandles(base: TargetTree, overlay: BlobNode, fragments: readonly Fragment[]): void {
  const replaced = new Map<number, number>()
  const visit = (target: BlobNode, node: BlobNode): void => {
    const [kept, dropped] = [target.phandle(), node.phandle()]
    if (kept !== undefined && dropped !== undefined) {
      replaced.set(dropped, kept)
      for (const name of PHANDLE_NAMES) {
        const property = node.property(name)
        if (property?.bytes.length === 4) property.setWord(0, kept)
      }
    }
    for (const child of node.children()) {
      const counterpart = target.child(child.name)
      if (counterpart) visit(counterpart, child)
    }
  }
  for (const fragment of fragments) {
    const target = base.find(fragment)
    if (target) visit(target.node, fragment.contents)
  }
  if (replaced.size === 0) return
  for (const { property, offset, word } of localReferences(overlay)) {
    const kept = replaced.get(word)
    if (kept !== undefined) property.setWord(offset, kept)
  }
}
