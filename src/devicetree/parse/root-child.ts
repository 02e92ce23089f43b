import type { DtNode } from '../model.ts'

/** `root` with this child in the place of the one of the same name, or else as its last. */
export function withRootChild(root: DtNode, child: DtNode): DtNode {
  const index = root.children.findIndex(({ name }) => name === child.name)
  return { ...root, children: index < 0 ? [...root.children, child] : root.children.with(index, child) }
}
