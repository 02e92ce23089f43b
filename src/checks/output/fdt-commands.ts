/** Whether U-Boot's command `fdt` can turn the board's tree into the planned one. */
import type { Assembly } from '../../assemble/assembly.ts'
import { lengthOf } from '../../assemble/fdt-value.ts'
import { isOurs } from '../../assemble/host-tree.ts'
import { childNamed, type DtNode, nodeAt, propertyNamed, walk } from '../../devicetree/model.ts'
import { atValue, type Origin } from '../../diagnostics/diagnostic.ts'
import type { Verdict } from '../rule.ts'

/**
 * Checks that no node is called `name` beside one called `name@…`: to libfdt the first name means the second node too, so that it cannot be created, and paths
 * to it would lead to the other.
 */
export function distinctNames(assembly: Assembly, verdict: Verdict): void {
  if (!hasCommands(assembly)) return
  for (const { node, other } of confusions(assembly)) {
    const { path, pointer } = assembly.plan.model.platform['device-tree']
    verdict.violated({
      at: node.origin ?? atValue(pointer),
      message:
        node === other
          ? `the board's tree already has a node '${node.name}', which U-Boot would have to create`
          : `U-Boot cannot tell '${node.name}' from '${other.name}' beside it`,
      help: `rename it, remove '${other.name}' from ${path}, or set 'boot.device-tree: merged'`,
    })
  }
}

type Confusion = Generator<{ readonly node: DtNode; readonly other: DtNode }>

/** Nodes that U-Boot creates or changes, each with the node that it would confuse with it. */
function* confusions({ hostTree, additions, plan }: Assembly): Confusion {
  yield* onPaths(additions, hostTree.root)
  const board = plan.board.tree.root
  // OUT-013 covers those in /chosen, however the tree is made.
  for (const added of additions.children.filter((node) => isOurs(node) && node.name !== 'chosen')) {
    const before = childNamed(board, added.name)
    if (before) for (const node of added.children) if (childNamed(before, node.name)) yield { node, other: node }
  }
}

/** Looks at the children of `added` and all below them, each beside its siblings in `whole`. */
function* onPaths(added: DtNode, whole: DtNode): Confusion {
  yield* longerNames(added.children, whole.children)
  for (const node of added.children) yield* onPaths(node, childNamed(whole, node.name) ?? node)
}

function* longerNames(nodes: readonly DtNode[], siblings: readonly DtNode[]): Confusion {
  for (const node of nodes)
    for (const other of siblings) if (other.name.startsWith(`${node.name}@`)) yield { node, other }
}

/** Bytes of the buffer in which `fdt set` collects a value, without checking for its end (cmd/fdt.c: SCRATCHPAD). */
const SCRATCHPAD = 1024

/** Checks that `fdt set` can write every property. */
export function settable(assembly: Assembly, verdict: Verdict): void {
  if (!hasCommands(assembly)) return
  const { additions, plan } = assembly
  for (const { node, path } of walk(additions))
    for (const property of node.properties) {
      const origin = property.origin ?? node.origin ?? atValue(plan.model.platform['device-tree'].pointer)
      const why = unsettable(property.value) ?? unreplaceable(nodeAt(plan.board.tree.root, path), property.name)
      if (why) verdict.violated(cannot(path, property.name, why, origin))
    }
}

const cannot = (path: string, name: string, why: string, at: Origin) => ({
  at,
  message: `${name} of ${path} ${why}`,
  help: "make it shorter, or set 'boot.device-tree: merged'",
})

function unsettable(value: Parameters<typeof lengthOf>[0]): string | undefined {
  const length = lengthOf(value)
  return length > SCRATCHPAD ? `has ${length} bytes, and U-Boot can set at most ${SCRATCHPAD}` : undefined
}

/** Why a value that the board's tree already has cannot be replaced, as a predicate: U-Boot refuses if it is longer than its buffer. */
function unreplaceable(existing: DtNode | undefined, name: string): string | undefined {
  const value = existing && propertyNamed(existing, name)?.value
  return value && lengthOf(value) > SCRATCHPAD
    ? `has ${lengthOf(value)} bytes in the board's tree, and U-Boot can replace at most ${SCRATCHPAD}`
    : undefined
}

const hasCommands = ({ plan }: Assembly): boolean => plan.model.boot['device-tree'] === 'commands'
