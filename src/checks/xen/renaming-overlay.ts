/** The overlay that gives a node another name, as far as overlays can: they add and change, and remove nothing. */
import { property, text } from '../../devicetree/build.ts'
import { removeProperty, setProperty } from '../../devicetree/edit.ts'
import { childNamed, type DeviceTree, type DtNode, hasProperty, nodeAt, walk } from '../../devicetree/model.ts'
import { printNode } from '../../devicetree/print/print-dts.ts'

/** Longest source that a message can hold. */
const LONGEST = 2000

/**
 * Source of an overlay, in one line, that puts a copy of the node at `path` beside it, named `memory-region`, and leaves the old one empty and unavailable:
 * an empty `reg` is no range for any release (device_tree_get_meminfo). `undefined` where that would lose something: other nodes may refer to the old one, or
 * to one below it, by its phandle. `path` is a node's that is called memory.
 */
export function renamingOverlay(tree: DeviceTree, path: string): string | undefined {
  const parentPath = path.slice(0, path.lastIndexOf('/')) || '/'
  const parent = nodeAt(tree.root, parentPath)
  const old = nodeAt(tree.root, path)
  if (!parent || !old || [...walk(old)].some(({ node }) => isReferredTo(node))) return undefined
  const name = `memory-region${old.name.slice('memory'.length)}`
  if (childNamed(parent, name)) return undefined
  const copy = { ...old, name }
  const empty = setProperty(
    setProperty({ ...old, properties: [], children: [] }, property('reg', [], old.origin)),
    property('status', [text('disabled', old.origin)], old.origin),
  )
  const body = [copy, empty].map((node) => printNode(removeProperty(node, 'name'), { parent })).join(' ')
  const source = `/dts-v1/; /plugin/; &{${parentPath}} { ${body} };`.replaceAll(/\s*\n\s*/g, ' ')
  return source.length > LONGEST ? undefined : source
}

const isReferredTo = (node: DtNode): boolean => hasProperty(node, 'phandle') || hasProperty(node, 'linux,phandle')
