/** An overlay that renames a node, as far as an overlay can: it can add and change, but not remove. */
import { property, text } from '../../devicetree/build.ts'
import { removeProperty, setProperty } from '../../devicetree/edit.ts'
import { childNamed, type DeviceTree, type DtNode, hasProperty, nodeAt, walk } from '../../devicetree/model.ts'
import { printNode } from '../../devicetree/print/print-dts.ts'

/** Longest source that a message can hold. */
const LONGEST = 2000

/**
 * Source of an overlay, in one line, that puts a copy of the node at `path`, which is called `memory`, beside it as `memory-region`, and leaves the old one
 * without ranges and disabled: an empty `reg` is no range for any release (device_tree_get_meminfo). `undefined`: there is such an overlay only with a loss, as
 * nodes refer to the old one, or to one below it, by phandle; or the new name is taken; or the source would be too long.
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
