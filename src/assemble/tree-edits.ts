/** The additions to the board's tree as edits that U-Boot makes at boot, with the same result as if they were merged before. */
import { childNamed, type DtNode } from '../devicetree/model.ts'
import type { LoadedFile, SystemPlan } from '../plan/system-plan.ts'
import { type Bytes, bytes, sum } from '../units/quantities.ts'
import { TREE_SLOT } from '../xen/boot-memory.ts'
import type { BootCommand, TreeEdit } from './assembly.ts'
import { fdtValue, lengthOf } from './fdt-value.ts'
import { isOurs } from './host-tree.ts'
import { REMOVAL_ROOM, removeRamdisk } from './left-over-ramdisk.ts'
import { type CellOf, phandleCells } from './phandle-cells.ts'

/** Copies the tree that U-Boot has in memory to its slot, before anything is loaded where it may be. */
export function fetchTree({ model, load }: SystemPlan): readonly BootCommand[] {
  const variable = model.boot['tree-from']
  if (variable === undefined) return []
  const from = { variable }
  return [
    {
      kind: 'edit-tree',
      what: `copy the tree that ${variable} points to`,
      edits: [
        { kind: 'fdt-addr', address: from },
        { kind: 'fdt-move', from, to: load.deviceTree.address.value, size: TREE_SLOT },
      ],
    },
  ]
}

/**
 * Edits that add `additions` to the board's tree in its slot, with a command for each node below `/chosen` and `/reserved-memory`. `fdt mknod` puts a new node
 * before its siblings, so the last is made first.
 */
export function editTree(plan: SystemPlan, additions: DtNode): readonly BootCommand[] {
  const { model, board, load } = plan
  const mayBeThere = model.boot['tree-from'] !== undefined
  const open: BootCommand = {
    kind: 'edit-tree',
    what: 'make room in the tree',
    edits: [
      { kind: 'fdt-addr', address: load.deviceTree.address.value },
      { kind: 'fdt-resize', extra: roomForEdits(plan, additions) },
    ],
  }
  const { edits: reads, cellOf } = phandleCells({ board, model }, additions)
  const writer = new NodeWriter(cellOf)
  const parts = additions.children.toReversed().flatMap((node) => {
    if (!isOurs(node)) return writer.changes('', node)
    const existing = childNamed(board.tree.root, node.name)
    const own = [
      ...(existing ? [] : [mknod('/', node.name, mayBeThere && node.name === 'chosen')]),
      ...writer.setAll(`/${node.name}`, node),
      ...(node.name === 'chosen' ? removeRamdisk(board.tree.root, mayBeThere) : []),
    ]
    const children = node.children.toReversed().map((child) => writer.childPart(`/${node.name}`, child))
    return [part(`/${node.name}`, own), ...children]
  })
  const read = part('read the numbers of its nodes', reads)
  return [open, ...load.overlays.map(applyOverlay), read, ...parts].filter(
    (command) => command.kind !== 'edit-tree' || command.edits.length > 0,
  )
}

/** Applies an overlay, in a command of its own: if that fails, the tree is broken, and the script has to stop. */
const applyOverlay = ({ path, address }: LoadedFile): BootCommand => ({
  kind: 'edit-tree',
  what: `apply ${path}`,
  edits: [{ kind: 'fdt-apply', address: address.value }],
})

/** Most that all edits together can add to the tree. */
export const roomForEdits = ({ model, board }: SystemPlan, additions: DtNode): Bytes =>
  sum([
    growth(additions),
    ...board.overlays.map((overlay) => overlay.growth),
    ...(model.boot['tree-from'] === undefined ? [] : [REMOVAL_ROOM]),
  ])

const part = (what: string, edits: readonly TreeEdit[]): BootCommand => ({ kind: 'edit-tree', what, edits })

/** Turns nodes into edits, with references as numbers. */
class NodeWriter {
  readonly #cellOf: CellOf

  constructor(cellOf: CellOf) {
    this.#cellOf = cellOf
  }

  /** Edits that change nodes of the board. */
  changes(parent: string, node: DtNode): readonly BootCommand[] {
    const path = `${parent}/${node.name}`
    return [part(path, this.setAll(path, node)), ...node.children.flatMap((child) => this.changes(path, child))]
  }

  childPart(parent: string, node: DtNode): BootCommand {
    return part(`${parent}/${node.name}`, this.#makeNode(parent, node))
  }

  setAll(path: string, { properties }: DtNode): readonly TreeEdit[] {
    return properties.map(({ name, value }) => {
      return { kind: 'fdt-set', path, property: name, value: fdtValue(value, this.#cellOf) }
    })
  }

  #makeNode(parent: string, node: DtNode): readonly TreeEdit[] {
    const path = `${parent}/${node.name}`
    const children = node.children.toReversed().flatMap((child) => this.#makeNode(path, child))
    return [mknod(parent, node.name, false), ...this.setAll(path, node), ...children]
  }
}

const mknod = (parent: string, name: string, mayBeThere: boolean): TreeEdit =>
  mayBeThere ? { kind: 'fdt-mknod', parent, name, unlessThere: true } : { kind: 'fdt-mknod', parent, name }

/** Most that `additions` can add to a blob (Devicetree Specification 5.4): all nodes are new, and no name is among its strings. */
export function growth(additions: DtNode): Bytes {
  const names = new Set<string>()
  let total = 0
  const add = (node: DtNode): void => {
    total += 2 * TOKEN + aligned(node.name.length + 1)
    for (const { name, value } of node.properties) {
      names.add(name)
      total += 3 * TOKEN + aligned(lengthOf(value))
    }
    node.children.forEach(add)
  }
  additions.children.forEach(add)
  for (const name of names) total += name.length + 1
  return bytes(total)
}

const TOKEN = 4

const aligned = (length: number): number => Math.ceil(length / TOKEN) * TOKEN
